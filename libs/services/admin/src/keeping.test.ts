import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import { canonicalJson } from '@voiceassist/messaging';
import { Blobs, startPgliteServer } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { kidOf, publicKeyText } from './checkpoints/checkpoint.js';
import { CheckpointCopies } from './checkpoints/checkpoint-copies.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { AuditExports } from './export/audit-exports.service.js';
import { EarlierRecords } from './ledger/earlier-records.service.js';
import { emptyChain, entryAt, placeAfter, type ChainEnd } from './ledger/ledger-entry.js';
import { columnsOf } from './ledger/search-columns.js';
import { Retention } from './retention/retention.service.js';
import { boss, LedgerHouse, recordOf } from './testing/ledger-house.js';
import { LedgerSeal } from './sealing/ledger-seal.js';
import { LedgerSource } from './verification/ledger-source.js';
import { verifyStoredAudit } from './verification/verify-stored-audit.js';
import { verifyLedger } from './verification/verify-ledger.js';

const officer = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['privacy_officer'], factorAt: Math.floor(Date.now() / 1_000) }, timeoutMs: 600_000 });

async function textOf(house: LedgerHouse, key: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await house.get(Blobs).open(key)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

const verified = (house: LedgerHouse, hoursLater = 0) =>
  verifyLedger(new LedgerSource(house.database, house.tables), { copies: house.get(CheckpointCopies).all(), sealing: house.get(LedgerSeal), now: () => Date.now() + hoursLater * 3_600_000 });

describe('old entries', () => {
  it('go when their time is up, but not under a legal hold, and the chain still holds', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    // days of long ago cannot come about by adding today, so that the test writes them as the ledger would have done then
    let end: ChainEnd = emptyChain;
    for (const day of ['2015-03-01', '2015-03-01', '2015-03-02', '2016-07-01']) {
      const record = recordOf({ occurredAt: `${day}T10:00:00.000Z` });
      const entry = entryAt(placeAfter(end, new Date(`${day}T10:00:01.000Z`)), canonicalJson(record));
      const columns = columnsOf(record);
      await house.database.query(
        `INSERT INTO ${house.tables.entry} (sequence, day, position, received_at, previous, hash, record, audit_id, occurred_at, service, action, kind, outcome, request_id, object_ids)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [entry.sequence, entry.day, entry.position, entry.receivedAt, entry.previous, entry.hash, entry.record, columns.auditId, columns.occurredAt, columns.service, columns.action, columns.kind, columns.outcome, columns.requestId, columns.objectIds],
      );
      end = entry;
    }
    await house.add({}, {});
    await house.get(Checkpoints).take();
    expect(await verified(house)).toMatchObject({ verdict: 'intact', entries: 6, days: 4 });

    await house.client.holdAudit({ held: true, reason: 'case 17/2026' }, officer);
    expect(await house.get(Retention).apply()).toBe(0);
    await expect(house.client.holdAudit({ held: false, reason: 'an administrator may not' }, boss)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await house.client.holdAudit({ held: false, reason: 'case closed' }, officer);
    expect(await house.client.readAuditState({}, boss)).toMatchObject({ hold: { held: false, reason: 'case closed' } });

    const before = (await verified(house)).entries;
    expect(await house.get(Retention).apply()).toBe(4);
    const after = await verified(house);
    expect(after).toMatchObject({ verdict: 'intact', firstSequence: 5 });
    expect(after.entries).toBeGreaterThanOrEqual(before - 4);
    expect(await house.get(Retention).apply()).toBe(0);
    // a removal that nobody signed for is none
    const forged = await house.asIntruder(async (runner, source) => {
      await runner.query(`DELETE FROM ${house.tables.entry} WHERE sequence = 5`);
      return verifyLedger(source);
    });
    expect(forged).toMatchObject({ verdict: 'tampered', faults: [{ kind: 'missing', sequence: 5 }] });
    await house.close();
  }, 90_000);
});

describe('rows that never arrived', () => {
  it('are noticed by the numbers of their producer, unless they may still be on their way or their process was killed', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    const [steady, killed] = [randomUUID(), randomUUID()];
    const at = (minute: number) => new Date(Date.now() + minute * 60_000).toISOString();
    const numbered = (run: string, number: number, minute = number) => ({ producer: { run, number }, occurredAt: at(minute) });
    await house.add(...[1, 2, 4, 5, 9].map((number) => numbered(steady, number)), ...[1, 2, 4].map((number) => numbered(killed, number, 0)));
    expect(await verified(house, 0)).toMatchObject({ verdict: 'intact', gaps: [], unfinished: 0 });
    expect(await verified(house, 24)).toMatchObject({ verdict: 'incomplete', faultCount: 0, gaps: [{ service: 'kb-indexer', run: steady, missing: [3], missingCount: 1 }], unfinished: 4 });
    await house.add(numbered(steady, 3));
    expect(await verified(house, 24)).toMatchObject({ verdict: 'intact' });
    await house.close();
  }, 60_000);
});

describe('exports', () => {
  let house: LedgerHouse;
  let records: AuditRecord[];
  beforeAll(async () => {
    house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    const userId = randomUUID();
    records = await house.add(
      { action: 'kb.read-page', kind: 'R', actor: { type: 'user', userId, sessionId: randomUUID(), roles: ['clinician'], factorAt: 1_790_000_000 }, clientNetwork: '10.1.2.0/24', purpose: 'TREAT', patient: 'p-1' },
      { action: 'kb.read-page', kind: 'R', outcome: 'FORBIDDEN', actor: { type: 'anonymous' }, attempts: 7 },
      { action: 'kb.read-page', kind: 'R', outcome: 'INTERNAL', breakGlass: true, change: { before: 'a'.repeat(64), after: 'b'.repeat(64) } },
      { action: 'kb.other' },
    );
  }, 60_000);
  afterAll(() => house?.close());

  it('hold what a search finds, in the order of the ledger, as lines of JSON', async () => {
    const file = await house.client.exportAudit({ action: 'kb.read-page' }, boss);
    expect(file).toMatchObject({ contentType: 'application/x-ndjson', fileName: expect.stringMatching(/^audit-.*\.ndjson$/) });
    const lines = (await textOf(house, file.blobKey)).trim().split('\n').map((line) => JSON.parse(line) as AuditRecord);
    expect(lines).toEqual(records.slice(0, 3));
  });

  it.each(['fhir-r4', 'fhir-r5'] as const)('are a Bundle of AuditEvent in %s', async (format) => {
    const file = await house.client.exportAudit({ action: 'kb.read-page', format }, boss);
    const bundle = JSON.parse(await textOf(house, file.blobKey)) as { resourceType: string; entry: { fullUrl: string; resource: Record<string, unknown> }[] };
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    const events = bundle.entry.map(({ resource }) => resource);
    expect(events.map(({ resourceType, id, action, recorded }) => ({ resourceType, id, action, recorded }))).toEqual(
      records.slice(0, 3).map(({ auditId, occurredAt }) => ({ resourceType: 'AuditEvent', id: auditId, action: 'R', recorded: occurredAt })),
    );
    const outcomes = format === 'fhir-r4' ? events.map(({ outcome }) => outcome) : events.map(({ outcome }) => (outcome as { code: { code: string } }).code.code);
    expect(outcomes).toEqual(format === 'fhir-r4' ? ['0', '4', '8'] : ['success', 'error', 'fatal']);
    expect(JSON.stringify(events[0])).toContain('"TREAT"');
    expect(JSON.stringify(events[2])).toContain('hashBefore');
  });

  it('are refused without a fresh factor, and do not stay', async () => {
    const stale = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] } });
    await expect(house.client.exportAudit({}, stale)).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    const { blobKey } = await house.client.exportAudit({}, boss);
    await house.get(AuditExports).discard(0);
    expect(await house.get(Blobs).stat(blobKey)).toBeNull();
    const copies = [];
    for await (const copy of house.get(CheckpointCopies).all()) copies.push(copy);
    await house.get(Checkpoints).take();
    expect((await verified(house)).copies).toBeGreaterThan(copies.length);
  });

  it('are searched by person, outcome, object, service and request', async () => {
    const search = async (filter: Parameters<LedgerHouse['client']['searchAudit']>[0]) => (await house.client.searchAudit({ action: 'kb.read-page', ...filter }, boss)).items.map(({ auditId }) => auditId);
    const [first, second, third] = records;
    if (!first || !second || !third || first.actor.type !== 'user') throw new Error('made above');
    expect(await search({ actorUserId: first.actor.userId })).toEqual([first.auditId]);
    expect(await search({ outcome: 'FORBIDDEN' })).toEqual([second.auditId]);
    expect((await search({ outcome: 'failed' })).sort()).toEqual([second.auditId, third.auditId].sort());
    expect(await search({ objectId: third.subjects['documentId'] })).toEqual([third.auditId]);
    expect(await search({ requestId: first.requestId })).toEqual([first.auditId]);
    expect(await search({ service: 'auth' })).toEqual([]);
  });
});

describe('the key that signs checkpoints', () => {
  const keysOf = (house: LedgerHouse) => house.database.query<{ kid: string; private_key: string; sealed: boolean }[]>('SELECT kid, private_key, sealed FROM audit_key');

  it('is not in the database in a form in which it signs, without any setting', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    await house.add({});
    await house.get(Checkpoints).take();
    expect(await keysOf(house)).toEqual([{ kid: expect.any(String), private_key: expect.stringMatching(/^va1\./), sealed: true }]);
    await house.close();
  });

  it('is encrypted at the start where a release before has left it plain, and signs on', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    await house.database.query('DELETE FROM audit_key');
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = publicKeyText(privateKey);
    const kid = kidOf(publicKey);
    await house.database.query('INSERT INTO audit_key (kid, public_key, private_key, sealed) VALUES ($1, $2, $3, false)', [kid, publicKey, privateKey.export({ type: 'pkcs8', format: 'pem' })]);
    await house.get(Checkpoints).sealKeys();
    expect(JSON.stringify(await keysOf(house))).not.toContain('PRIVATE KEY');
    await house.add({});
    await house.get(Checkpoints).take();
    expect(await house.database.query(`SELECT kid FROM ${house.tables.checkpoint} ORDER BY number DESC LIMIT 1`)).toEqual([{ kid }]);
    await house.close();
  });
});

describe('the ledger from outside of the product', () => {
  it('is verified where it lies, with copies and pinned keys, and an intruder is found', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voiceassist-stored-'));
    const settings = { BLOB_URL: `file:${folder}/blobs`, ENCRYPTION_KEYS_URL: `file:${folder}/encryption.keys`, AUDIT_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') };
    const databaseUrl = `pglite:${folder}/sql`;
    const house = await LedgerHouse.start({ databaseUrl, settings });
    await house.database.query(
      `INSERT INTO audit_record (audit_id, occurred_at, service, action, actor, request_id, outcome, subjects, duration_ms) VALUES ($1, now(), 'auth', 'auth.login', '{"type":"anonymous"}', 'r', 'ok', '{}', 1)`, [randomUUID()],
    );
    await house.get(EarlierRecords).onApplicationBootstrap();
    await house.add({}, {}, {});
    await house.get(Checkpoints).take();
    expect(await house.database.query('SELECT sealed FROM audit_key')).toEqual([{ sealed: true }]);
    await expect(verifyStoredAudit({ databaseUrl })).rejects.toThrow(/in use by process/);
    await house.close();

    const progress: number[] = [];
    const report = await verifyStoredAudit({ databaseUrl, blobSettings: settings, keySettings: settings, onProgress: (entries) => progress.push(entries) });
    expect(report).toMatchObject({ verdict: 'intact', entries: 4, unread: 0, faultCount: 0 });
    expect(report.copies).toBeGreaterThan(0);
    expect(progress.at(-1)).toBe(4);
    expect(await verifyStoredAudit({ databaseUrl, trustedKids: report.kids })).toMatchObject({ verdict: 'intact', entries: 4, unread: 4 });

    const server = await startPgliteServer({ home: { folder: `${folder}/sql` } });
    const intruder = await new DataSource({ type: 'postgres', url: server.url, installExtensions: false }).initialize();
    await intruder.query('ALTER TABLE admin_kept.audit_entry DISABLE TRIGGER ALL');
    await intruder.query(`DELETE FROM admin_kept.audit_entry WHERE sequence = 2`);
    await intruder.destroy();
    await server.stop();
    expect(await verifyStoredAudit({ databaseUrl, blobSettings: settings })).toMatchObject({ verdict: 'tampered', faults: [{ kind: 'missing', sequence: 2 }] });
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});
