import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { admin, request, service, type AuditRecord } from '@voiceassist/contracts';
import { Call, ServiceModule, startProcess, type RunningProcess } from '@voiceassist/kit';
import { sqlPart } from '@voiceassist/storage';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { z } from 'zod';
import { Bus } from '../bus/bus.js';
import { busPart } from '../bus/bus-part.js';
import { Handles } from '../handlers/handles.js';
import { messagingMigrations } from '../outbox/messaging-migrations.js';
import { contentHash } from './canonical-json.js';
import { noteForAudit } from './audit-notes.js';
import { outboxPart } from '../outbox/outbox.part.js';

const shelf = service('kb-indexer', {
  open: request({
    subject: 'va.v1.kb.rpc.shelf.open', access: 'public', audit: 'shelf.open', errors: { SHELF_LOCKED: 'conflict' },
    input: z.object({ documentId: z.uuid(), locked: z.boolean().default(false) }), output: z.object({}),
  }),
  /** Lends in one transaction and says what stood in the outbox once that was committed. */
  lend: request({
    subject: 'va.v1.kb.rpc.shelf.lend', access: 'public', audit: 'shelf.lend',
    input: z.object({ documentId: z.uuid(), fail: z.boolean().default(false), twice: z.boolean().default(false) }), output: z.object({ inOutbox: z.array(z.string()), loanId: z.uuid() }),
  }),
});
const ledger = service('admin', { auditRecorded: admin.auditRecordedByKbIndexer });
const documentId = '0b0b0b0b-0000-4000-8000-000000000001';
const loanId = '0b0b0b0b-0000-4000-8000-000000000003';
const kept: AuditRecord[] = [];

@Controller()
class Shelf {
  constructor(private readonly database: DataSource) {}

  @Handles(shelf.lend)
  async lend({ documentId, fail, twice }: { documentId: string; fail: boolean; twice: boolean }, call: Call) {
    noteForAudit(call, { change: { after: contentHash({ lent: true }) } });
    const lend = () => this.database.transaction(async (manager) => {
      await manager.query('INSERT INTO loan VALUES ($1)', [documentId]);
      await manager.transaction(async (nested) => void (await nested.query('SELECT 1'))); // a savepoint is no commit
      if (fail) throw new Error('a bug');
    });
    await lend();
    if (twice) await lend();
    const rows = await this.database.query<{ outcome: string }[]>(`SELECT payload->>'outcome' AS outcome FROM outbox WHERE payload->>'requestId' = $1`, [call.requestId]);
    return { inOutbox: rows.map(({ outcome }) => outcome), loanId };
  }

  @Handles(shelf.open)
  async open({ locked }: { locked: boolean }) {
    if (locked) throw new Error('a bug');
    return {};
  }
}

@Controller()
class Ledger {
  @Handles(ledger.auditRecorded)
  async keep(record: AuditRecord) {
    kept.push(record);
  }
}

class CreateLoans1763800002000 implements MigrationInterface {
  readonly name = 'CreateLoans1763800002000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE loan (document_id uuid)');
  }
  async down(): Promise<void> {}
}

const database = (schema: string) => sqlPart({ schema, entities: [], migrations: [...messagingMigrations, CreateLoans1763800002000] });

@ServiceModule({ name: 'kb-indexer', uses: [database('test_kb_indexer'), busPart(shelf.$service), outboxPart(shelf.$service)], controllers: [Shelf] })
class ShelfModule {}

@ServiceModule({ name: 'admin', uses: [database('test_admin'), busPart(ledger.$service), outboxPart(ledger.$service)], controllers: [Ledger] })
class LedgerModule {}

function start(): Promise<RunningProcess> {
  const environment = { BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory', OUTBOX_POLL_MS: '50', SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'silent' };
  return startProcess({ name: 'audit-test', modules: [ShelfModule, LedgerModule], environment });
}

describe('the audit trail of a service with a database', () => {
  it('is in its outbox before the answer leaves, reaches admin, and fails the call when it cannot be written', async () => {
    const running = await start();
    const client = running.get(ShelfModule, Bus).client(shelf);
    const rows = () => running.get(ShelfModule, DataSource).query<{ outcome: string }[]>(`SELECT payload->>'outcome' AS outcome FROM outbox ORDER BY payload->>'occurredAt'`);

    await client.open({ documentId }, Call.begin({ requestId: 'request-1' }));
    expect(await rows()).toEqual([{ outcome: 'ok' }]);
    await expect(client.open({ documentId, locked: true }, Call.begin())).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await rows()).toEqual([{ outcome: 'ok' }, { outcome: 'INTERNAL' }]);
    while (kept.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kept.find(({ requestId }) => requestId === 'request-1')).toMatchObject({ service: 'kb-indexer', action: 'shelf.open', outcome: 'ok', subjects: { documentId } });

    await running.get(ShelfModule, DataSource).query('ALTER TABLE outbox RENAME TO outbox_gone');
    await expect(client.open({ documentId }, Call.begin())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await running.close();
  }, 90_000);

  it('commits with the act, waits for its outcome, and is rolled back with it', async () => {
    const running = await start();
    const client = running.get(ShelfModule, Bus).client(shelf);
    const own = running.get(ShelfModule, DataSource);
    const outcomes = (requestId: string) => own.query<{ outcome: string }[]>(`SELECT payload->>'outcome' AS outcome FROM outbox WHERE payload->>'requestId' = $1`, [requestId]);
    const loans = async () => (await own.query<unknown[]>('SELECT * FROM loan')).length;

    expect(await client.lend({ documentId, twice: true }, Call.begin({ requestId: 'lend-1' }))).toEqual({ inOutbox: ['INTERRUPTED'], loanId });
    expect(await outcomes('lend-1')).toEqual([{ outcome: 'ok' }]);
    while (!kept.some(({ requestId }) => requestId === 'lend-1')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kept.find(({ requestId }) => requestId === 'lend-1')).toMatchObject({ outcome: 'ok', subjects: { documentId, loanId }, change: { after: contentHash({ lent: true }) }, producer: { number: 1 } });
    expect(await loans()).toBe(2);

    await expect(client.lend({ documentId, fail: true }, Call.begin({ requestId: 'lend-2' }))).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await outcomes('lend-2')).toEqual([{ outcome: 'INTERNAL' }]);

    await own.query('ALTER TABLE outbox RENAME TO outbox_gone');
    await expect(client.lend({ documentId }, Call.begin())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await loans()).toBe(2);
    await running.close();
  }, 90_000);
});
