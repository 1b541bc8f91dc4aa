import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, type AuditRecord } from '@voiceassist/contracts';
import { Call, type RunningProcess, startProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { DataSource } from 'typeorm';
import { AdminModule } from './index.js';

const boss = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] } });
const clinician = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician'] } });

function record(change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    auditId: randomUUID(), occurredAt: new Date().toISOString(), service: 'kb-indexer', action: 'kb.search', actor: clinician.actor,
    requestId: randomUUID(), outcome: 'ok', subjects: { documentId: randomUUID() }, durationMs: 1.5, ...change,
  };
}

describe('admin', () => {
  let house: RunningProcess;
  const ask = () => house.get(AdminModule, Bus).client(admin);

  beforeAll(async () => {
    house = await startProcess({ name: 'admin-test', modules: [AdminModule], environment: { BUS_URL: 'memory:', BUS_ALONE: 'true', DATABASE_URL: 'pglite:memory' } });
  });
  afterAll(() => house?.close());

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
    for (const day of ['01', '02', '03']) await ask().recordAudit(record({ actor, occurredAt: `2026-11-${day}T10:00:00.000Z` }), Call.asService('auth'));
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
    for (const statement of ["UPDATE audit_record SET outcome = 'ok'", 'DELETE FROM audit_record', 'TRUNCATE audit_record']) {
      await expect(database.query(statement)).rejects.toThrow(/neither changed nor removed/);
    }
  });

  it('names the services that did not answer instead of inventing numbers', async () => {
    const summary = await ask().readSummary({}, boss);
    expect(summary.unreachable.sort()).toEqual(['kb-indexer', 'rag-orchestrator', 'realtime', 'users']);
    expect(summary.users.total).toBeNull();
    expect(summary.auditRecords).toBeGreaterThan(0);
  });
});
