import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@voiceassist/messaging';
import { MasterKeys } from '@voiceassist/storage';
import { columnsOf } from '../ledger/search-columns.js';
import { emptyChain, entryAt, placeAfter, type LedgerEntry } from '../ledger/ledger-entry.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { Retention } from '../retention/retention.service.js';
import { boss, LedgerHouse, recordOf } from '../testing/ledger-house.js';
import { LedgerSource } from '../verification/ledger-source.js';
import { verifyLedger } from '../verification/verify-ledger.js';
import { LedgerSeal } from './ledger-seal.js';
import { SealKeys } from './seal-keys.repository.js';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'voiceassist-seal-'));
  folders.push(folder);
  return folder;
};

const someone = () => ({ type: 'user' as const, userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician' as const] });
const verified = (house: LedgerHouse, withKeys: boolean) => verifyLedger(new LedgerSource(house.database, house.tables), withKeys ? { sealing: house.get(LedgerSeal) } : {});
/** Everything of the ledger's tables, as characters. */
const dumpOf = async (house: LedgerHouse) =>
  JSON.stringify(await Promise.all([house.tables.entry, house.tables.key].map((table) => house.database.query(`SELECT * FROM ${table}`))));

/** Writes an entry as the version before sealed records did. */
async function addClear(house: LedgerHouse, record = recordOf()): Promise<LedgerEntry> {
  const entry = entryAt(placeAfter(emptyChain, new Date('2015-03-01T10:00:01.000Z')), canonicalJson(record));
  const columns = columnsOf(record);
  await house.database.query(
    `INSERT INTO ${house.tables.entry} (sequence, day, position, received_at, previous, hash, record, audit_id, occurred_at, service, action, kind, outcome, actor_user_id, request_id, object_ids)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [entry.sequence, entry.day, entry.position, entry.receivedAt, entry.previous, entry.hash, entry.record, columns.auditId, columns.occurredAt, columns.service, columns.action, columns.kind, columns.outcome, columns.actorUserId, columns.requestId, columns.objectIds],
  );
  return entry;
}

describe('what the ledger stores', () => {
  let house: LedgerHouse;
  beforeAll(async () => {
    house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
  }, 60_000);
  afterAll(() => house?.close());

  it('shows neither who did something nor to what, and is found by both all the same', async () => {
    const actor = someone();
    const [record] = await house.add({ actor, clientNetwork: '203.0.113.0/24', patient: 'pseudonym-of-a-patient' });
    if (!record) throw new Error('added above');
    const dump = await dumpOf(house);
    for (const word of [actor.userId, actor.sessionId, record.subjects['documentId']!, '203.0.113', 'pseudonym-of-a-patient', 'clinician']) expect({ word, shown: dump.includes(word) }).toEqual({ word, shown: false });
    expect((await house.client.searchAudit({ actorUserId: actor.userId }, boss)).items).toEqual([record]);
    expect((await house.client.searchAudit({ objectId: record.subjects['documentId'] }, boss)).items).toEqual([record]);
    expect(await verified(house, true)).toMatchObject({ verdict: 'intact', unread: 0 });
  });

  it('is verified without keys, except for what only a reader can compare', async () => {
    await house.add({ actor: someone() }, {}, {});
    const report = await verified(house, false);
    expect(report).toMatchObject({ verdict: 'intact', entries: report.unread });
    const hidden = await house.asIntruder(async (runner, source) => {
      await runner.query(`UPDATE ${house.tables.entry} SET action = 'kb.other' WHERE sequence = 1`);
      return [await verifyLedger(source), await verifyLedger(source, { sealing: house.get(LedgerSeal) })];
    });
    expect(hidden.map(({ faults }) => faults)).toEqual([[], [expect.objectContaining({ kind: 'columns', sequence: 1 })]]);
  });

  it('opens in its own place only', async () => {
    const [first, second] = await house.add({}, {});
    const [row] = await house.database.query<{ record: string; day: string }[]>(`SELECT record, day::text AS day FROM ${house.tables.entry} WHERE audit_id = $1`, [first!.auditId]);
    const seal = house.get(LedgerSeal);
    expect(await seal.open({ ...row!, auditId: first!.auditId })).toEqual(first);
    expect(await seal.open({ ...row!, auditId: second!.auditId })).toBeNull();
    expect(await seal.open({ ...row!, auditId: first!.auditId, day: '2001-01-01' })).toBeNull();
    for (const record of ['', '"', '"va1."', '"plain"', '[]', 'null', '{"half"']) expect(await seal.open({ record, day: row!.day, auditId: first!.auditId })).toBeNull();
  });

  it('depends on keys that the service can neither change nor remove, and on no foreign one', async () => {
    const [record] = await house.add({});
    const { key } = house.tables;
    await expect(house.database.query(`DELETE FROM ${key}`)).rejects.toThrow(/permission denied|can be neither changed nor removed/);
    await expect(house.database.query(`UPDATE ${key} SET wrapped = ''`)).rejects.toThrow(/permission denied|can be neither changed nor removed/);
    await house.database.query(`INSERT INTO ${key} (scope, wrapping, last_day, master_key_id, wrapped) SELECT scope, 0, last_day, 'stranger', decode('00', 'hex') FROM ${key}`);
    const anew = new LedgerSeal(new SealKeys(house.database, house.tables, house.get(MasterKeys)));
    expect(await verifyLedger(new LedgerSource(house.database, house.tables), { sealing: anew })).toMatchObject({ verdict: 'intact', unread: 0 });
    expect((await house.client.searchAudit({ requestId: record!.requestId }, boss)).items).toEqual([record]);
  });
});

describe('entries from before records were sealed', () => {
  it('stand in one chain with sealed ones, and are found', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    const old = recordOf({ actor: someone(), occurredAt: '2015-03-01T10:00:00.000Z' });
    await addClear(house, old);
    const actor = old.actor.type === 'user' ? old.actor : someone();
    const [young] = await house.add({ actor });
    expect((await house.client.searchAudit({ actorUserId: actor.userId }, boss)).items.map(({ auditId }) => auditId)).toEqual([young!.auditId, old.auditId]);
    expect(await verified(house, true)).toMatchObject({ verdict: 'intact', unread: 0 });
    expect(await verified(house, false)).toMatchObject({ verdict: 'intact' });
    await house.close();
  }, 60_000);
});

describe('keys of the ledger', () => {
  it('of an undone transaction seal nothing afterwards', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    const undone = house.database.transaction(async (manager) => {
      await house.get(LedgerRepository).append(recordOf(), manager);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await house.add({}, {});
    const anew = new LedgerSeal(new SealKeys(house.database, house.tables, house.get(MasterKeys)));
    expect(await verifyLedger(new LedgerSource(house.database, house.tables), { sealing: anew })).toMatchObject({ verdict: 'intact', unread: 0 });
    await house.close();
  }, 60_000);

  it('are wrapped under a new master key while records arrive, after which the old one can go', async () => {
    const file = join(newFolder(), 'encryption.keys');
    const line = (id: string) => `${id}:${Buffer.alloc(32, id).toString('base64')}\n`;
    writeFileSync(file, line('old'), { mode: 0o600 });
    const folder = newFolder();
    const settings = { ENCRYPTION_KEYS_URL: `file:${file}`, ENCRYPTION_KEYS: '' };
    const house = await LedgerHouse.start({ databaseUrl: `pglite:${folder}/sql`, settings });
    const added = await house.add({ actor: someone() }, {});
    writeFileSync(file, line('new') + readFileSync(file, 'utf8'));
    const keys = house.get(SealKeys);
    while ((await keys.rewrap()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await house.add({});
    expect(await keys.rewrap()).toBe(0);
    await house.close();
    writeFileSync(file, line('new'));
    const after = await LedgerHouse.start({ databaseUrl: `pglite:${folder}/sql`, settings });
    expect((await after.client.searchAudit({ requestId: added[0]!.requestId }, boss)).items).toEqual([added[0]]);
    expect(await verified(after, true)).toMatchObject({ verdict: 'intact', unread: 0 });
    await after.close();
  }, 120_000);

  it('go with their day when its time is up; those that are still needed stay', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    await addClear(house);
    await house.get(SealKeys).obtain('day 2015-03-01', '2015-03-01', house.database.manager);
    await house.add({});
    expect(await house.get(Retention).apply()).toBe(1);
    const scopes = await house.database.query<{ scope: string }[]>(`SELECT scope FROM ${house.tables.key} ORDER BY scope`);
    expect(scopes.map(({ scope }) => scope)).toEqual(['checkpoint keys', `day ${new Date().toISOString().slice(0, 10)}`, 'index']);
    await house.close();
  }, 60_000);
});
