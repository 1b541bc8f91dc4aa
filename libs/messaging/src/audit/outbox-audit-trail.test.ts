import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { admin, request, service, type AuditRecord } from '@voiceassist/contracts';
import { Call, ServiceModule, startProcess, type RunningProcess } from '@voiceassist/kit';
import { sqlPart } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Bus } from '../bus/bus.js';
import { busPart } from '../bus/bus-part.js';
import { Handles } from '../handlers/handles.js';
import { messagingMigrations } from '../outbox/messaging-migrations.js';
import { outboxPart } from '../outbox/outbox.part.js';

const shelf = service('kb-indexer', {
  open: request({
    subject: 'va.v1.kb.rpc.shelf.open', access: 'public', audit: 'shelf.open', errors: { SHELF_LOCKED: 'conflict' },
    input: z.object({ documentId: z.uuid(), locked: z.boolean().default(false) }), output: z.object({}),
  }),
});
const ledger = service('admin', { auditRecorded: admin.auditRecorded });
const documentId = '0b0b0b0b-0000-4000-8000-000000000001';
const kept: AuditRecord[] = [];

@Controller()
class Shelf {
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

const database = (schema: string) => sqlPart({ schema, entities: [], migrations: [...messagingMigrations] });

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
});
