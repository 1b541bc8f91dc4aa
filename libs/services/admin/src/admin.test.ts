import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, type AuditRecord } from '@voiceassist/contracts';
import { Call, type RunningProcess, startProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { DataSource } from 'typeorm';
import { AdminModule } from './index.js';
import { testKeys } from './testing/ledger-house.js';
import { LedgerTables } from './ledger/ledger-tables.js';

const boss = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] } });
const clinician = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician'] } });

function record(change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    auditId: randomUUID(), occurredAt: new Date().toISOString(), service: 'kb-indexer', action: 'kb.search', actor: clinician.actor,
    requestId: randomUUID(), outcome: 'ok', subjects: { documentId: randomUUID() }, durationMs: 1.5, ...change,
  };
}

describe('admin', () => {
  const blobs = mkdtempSync(join(tmpdir(), 'voiceassist-admin-'));
  let house: RunningProcess;
  const ask = () => house.get(AdminModule, Bus).client(admin);

  beforeAll(async () => {
    house = await startProcess({ name: 'admin-test', modules: [AdminModule], environment: { BUS_URL: 'memory:', BUS_ALONE: 'true', DATABASE_URL: 'pglite:memory', BLOB_URL: `file:${blobs}/files`, ...testKeys } });
  });
  afterAll(async () => {
    await house?.close();
    rmSync(blobs, { recursive: true, force: true });
  });

  it('keeps each audit record once, however often it is told', async () => {
    const told = record({ action: 'test.once' });
    const service = Call.asService('kb-indexer');
    await ask().recordAudit(told, service);
    await ask().recordAudit(told, service);
    const found = await ask().searchAudit({ action: 'test.once' }, boss);
    expect(found.items).toEqual([told]);
  });

  it('finds records by person, action and time, newest first', async () => {
    const userId = randomUUID();
    const actor = { type: 'user' as const, userId, sessionId: randomUUID(), roles: ['viewer' as const] };
    for (const day of ['01', '02', '03']) await ask().recordAudit(record({ actor, occurredAt: `2026-11-${day}T10:00:00.000Z` }), Call.asService('kb-indexer'));
    const found = await ask().searchAudit({ actorUserId: userId, from: '2026-11-02T00:00:00.000Z', pageSize: 1 }, boss);
    expect(found.pagination).toMatchObject({ totalItems: 2, totalPages: 2 });
    expect(found.items[0]?.occurredAt).toBe('2026-11-03T10:00:00.000Z');
  });

  it('audits the reading of the audit itself, refusals included', async () => {
    await expect(ask().searchAudit({}, clinician)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const outcomes = async () => (await ask().searchAudit({ action: 'admin.search-audit', pageSize: 100 }, boss)).items.map(({ outcome }) => outcome);
    let seen = await outcomes();
    for (let tries = 0; tries < 100 && !seen.includes('FORBIDDEN'); tries += 1) {
      await sleep(50); // records travel through the outbox
      seen = await outcomes();
    }
    expect(seen).toContain('FORBIDDEN');
  });

  it('lets nobody change or remove a record, not even with its own database role', async () => {
    const database = house.get(AdminModule, DataSource);
    const { entry, checkpoint, hold } = house.get(AdminModule, LedgerTables);
    expect([entry, checkpoint, hold]).toEqual(['admin_kept.audit_entry', 'admin_kept.audit_checkpoint', 'admin_kept.audit_hold']);
    for (const table of [entry, checkpoint, hold]) {
      for (const statement of [`UPDATE ${table} SET day = day`, `DELETE FROM ${table}`, `TRUNCATE ${table}`, `DROP TABLE ${table}`]) {
        await expect(database.query(statement)).rejects.toMatchObject({ driverError: { code: '42501' } });
      }
    }
    await expect(database.query(`SELECT keeper.forget('${entry}', 'day', '2999-01-01')`)).rejects.toThrow(/neither changed nor removed/);
    expect(await ask().readAuditState({}, boss)).toMatchObject({ appendOnlyRole: true, retentionDays: 2192, hold: null });
  });

  it('lets a service record its own acts only', async () => {
    await expect(ask().recordAudit(record({ service: 'auth' }), Call.asService('kb-indexer'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    // the subject says who speaks, whatever the message says
    await expect(ask().recordAuditByKbIndexer(record({ service: 'auth' }), Call.asService('auth'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ask().recordAuditByAuth(record({ service: 'auth' }), Call.asService('auth'))).resolves.toEqual({});
  });

  it('names the services that did not answer instead of inventing numbers', async () => {
    const summary = await ask().readSummary({}, boss);
    expect(summary.unreachable.sort()).toEqual(['kb-indexer', 'rag-orchestrator', 'realtime', 'users']);
    expect(summary.users.total).toBeNull();
    expect(summary.auditRecords).toBeGreaterThan(0);
  });
});
