import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin } from '@voiceassist/contracts';
import { Call, startNats, startPostgres, startProcess, whenServer, type LocalServer, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { provisionDatabase, roleOfSchema } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { AdminModule } from './index.js';
import { LaidAsideRecords } from './ledger/laid-aside-records.service.js';
import { LedgerTables } from './ledger/ledger-tables.js';
import { LedgerSeal } from './sealing/ledger-seal.js';
import { LedgerHouse, recordOf, testKeys } from './testing/ledger-house.js';
import { shelf, ShelfModule } from './testing/shelf-service.js';
import { LedgerSource } from './verification/ledger-source.js';
import { verifyLedger } from './verification/verify-ledger.js';

describe('records that were laid aside', () => {
  it('are taken up, and those that cannot be read stay for somebody to look at', async () => {
    const house = await LedgerHouse.start({ databaseUrl: 'pglite:memory' });
    const record = recordOf();
    const lay = (payload: object, subject: string = admin.auditRecordedByKbIndexer.subject) => house.database.query(
      `INSERT INTO dead_letter (consumer, event_id, subject, payload, headers, reason, attempts) VALUES ('admin', $1, $2, $3, $4, 'test', 10)`,
      [randomUUID(), subject, JSON.stringify(payload), JSON.stringify({ actor: Call.asService('kb-indexer').actor })],
    );
    const [own, old] = [recordOf(), recordOf()];
    await lay(record);
    await lay(own, admin.auditRecordedByKbIndexer.subject);
    await lay(old, admin.auditRecorded.subject);
    const forged = { ...recordOf(), service: 'auth' };
    await lay(forged);
    await lay({ something: 'else' });
    await house.get(LaidAsideRecords).takeUp();
    expect(await house.database.query('SELECT payload FROM dead_letter ORDER BY created_at')).toEqual([{ payload: forged }, { payload: { something: 'else' } }]);
    expect(await house.database.query(`SELECT audit_id FROM ${house.tables.entry} WHERE audit_id = ANY($1::uuid[])`, [[own.auditId, old.auditId]])).toHaveLength(2);
    expect(await house.database.query(`SELECT audit_id FROM ${house.tables.entry} WHERE audit_id = $1`, [record.auditId])).toHaveLength(1);
    await house.close();
  }, 60_000);
});

whenServer('nats', () => whenServer('postgres', () => {
  describe('the way to the ledger, with NATS and PostgreSQL', () => {
    const blobs = mkdtempSync(join(tmpdir(), 'voiceassist-recovery-'));
    let nats: LocalServer;
    let postgres: LocalServer;
    let urls: Record<'admin' | 'kb_indexer', string>;
    let lender: RunningProcess;

    const common = { ...testKeys, OUTBOX_POLL_MS: '100', EVENT_RETRY_MS: '20', LOG_LEVEL: 'fatal', SHUTDOWN_DELAY_MS: '0' };
    const startAdmin = () => startProcess({ name: 'admin', modules: [AdminModule], environment: { ...common, BUS_URL: nats.url, DATABASE_URL: urls.admin, BLOB_URL: `file:${blobs}` } });
    const lend = async (count: number) => {
      const client = lender.get(ShelfModule, Bus).client(shelf);
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const documentId = randomUUID();
        // while NATS is away nothing can be asked; whatever was accepted must be in the ledger in the end
        await client.lend({ documentId }, Call.begin()).then(() => ids.push(documentId), () => undefined);
      }
      return ids;
    };
    const loans = async () => (await lender.get(ShelfModule, DataSource).query<{ document_id: string }[]>('SELECT document_id FROM loan')).map(({ document_id: id }) => id);
    const inLedger = async (house: RunningProcess, documentIds: readonly string[]) => {
      const { entry } = house.get(AdminModule, LedgerTables);
      const standIn = await house.get(AdminModule, LedgerSeal).knownStandIns();
      const idOf = new Map(documentIds.map((id) => [standIn?.(id), id]));
      const rows = await house.get(AdminModule, DataSource).query<{ id: string; rows: number }[]>(`SELECT object_ids[1] AS id, count(*)::int AS rows FROM ${entry} WHERE object_ids && $1::text[] GROUP BY 1`, [[...idOf.keys()]]);
      return new Map(rows.map(({ id, rows: count }) => [idOf.get(id), count]));
    };
    const eachOnce = async (house: RunningProcess, documentIds: readonly string[]) => {
      while ((await inLedger(house, documentIds)).size < documentIds.length) await sleep(50);
      expect([...(await inLedger(house, documentIds)).values()].filter((count) => count !== 1)).toEqual([]);
    };

    beforeAll(async () => {
      [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
      const grants = (['admin', 'kb_indexer'] as const).map((schema) => ({ schema, password: 'secret' }));
      await provisionDatabase({ adminUrl: postgres.url, schemas: grants });
      const urlOf = (schema: string) => Object.assign(new URL(postgres.url), { username: roleOfSchema(schema), password: 'secret' }).href;
      urls = { admin: urlOf('admin'), kb_indexer: urlOf('kb_indexer') };
      lender = await startProcess({ name: 'kb-indexer', modules: [ShelfModule], environment: { ...common, BUS_URL: nats.url, DATABASE_URL: urls.kb_indexer } });
    }, 120_000);
    afterAll(async () => {
      await lender?.close();
      await Promise.all([nats?.stop(), postgres?.stop(), rm(blobs, { recursive: true, force: true })]);
    });

    it('loses no row when admin is away for an hour and NATS loses its store meanwhile, and keeps each once', async () => {
      const first = await startAdmin();
      await eachOnce(first, await lend(20));
      await first.close();

      await lend(20);
      const outbox = lender.get(ShelfModule, DataSource);
      while ((await outbox.query<unknown[]>('SELECT 1 FROM outbox WHERE published_at IS NULL')).length > 0) await sleep(50);
      // an hour goes by: nothing is too old for the outbox, nothing has become a dead letter
      await outbox.query(`UPDATE outbox SET created_at = created_at - interval '1 hour', published_at = published_at - interval '1 hour'`);
      await nats.kill();
      await rm(join(nats.folder, 'jetstream'), { recursive: true });
      await lend(3);
      await nats.restart();
      while (!(await lend(1)).length) await sleep(50);
      await lend(20);

      const second = await startAdmin();
      const all = await loans();
      expect(all.length).toBeGreaterThanOrEqual(61);
      await eachOnce(second, all);
      expect(await outbox.query('SELECT 1 FROM dead_letter')).toEqual([]);
      const database = second.get(AdminModule, DataSource);
      expect(await database.query('SELECT 1 FROM dead_letter')).toEqual([]);
      const report = await verifyLedger(new LedgerSource(database, second.get(AdminModule, LedgerTables)), { now: () => Date.now() + 86_400_000 });
      expect(report).toMatchObject({ verdict: 'intact', gaps: [], unfinished: 0 });
      await second.close();
    }, 180_000);
  });
}));
