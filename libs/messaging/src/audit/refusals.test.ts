import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { notAudited, type Actor, type AuditRecord } from '@voiceassist/contracts';
import { pino } from 'pino';
import { RefusalSpool } from './refusal-spool.js';
import { Refusals, type Refusal, type RefusalSettings } from './refusals.js';

const nobody: Actor = { type: 'anonymous' };
const somebody: Actor = { type: 'user', userId: '0a0a0a0a-0000-4000-8000-000000000001', sessionId: '0a0a0a0a-0000-4000-8000-00000000000b', roles: ['viewer'] };
const refusal = (change: Partial<Refusal> = {}): Refusal => ({ contract: { audit: 'kb.search' }, actor: nobody, requestId: 'r', clientAddress: '203.0.113.7', outcome: 'UNAUTHENTICATED', ...change });

function ledger(change: Partial<RefusalSettings> = {}) {
  const kept: AuditRecord[] = [];
  const keep = jest.fn(async (record: AuditRecord) => void kept.push(record));
  const refusals = new Refusals({ service: 'gateway', log: { keep, keepAgain: keep }, logger: pino({ level: 'silent' }), retryMs: 5, ...change });
  return { kept, keep, refusals };
}

describe('refused attempts', () => {
  it('are one row at once and one row for all like ones of a minute', async () => {
    const { kept, refusals } = ledger();
    const documentId = '0b0b0b0b-0000-4000-8000-000000000001';
    for (let index = 0; index < 1_000; index += 1) refusals.note(refusal({ requestId: `r${index}`, clientAddress: `203.0.113.${index % 250}`, values: [{ documentId }] }));
    refusals.note(refusal({ actor: somebody, outcome: 'FORBIDDEN' }));
    refusals.note(refusal({ contract: { audit: notAudited('nobody needs it') } }));
    await refusals.drain();
    expect(kept.map(({ requestId, outcome, attempts, subjects }) => ({ requestId, outcome, attempts, subjects }))).toEqual([
      { requestId: 'r0', outcome: 'UNAUTHENTICATED', attempts: undefined, subjects: { documentId } },
      { requestId: 'r', outcome: 'FORBIDDEN', attempts: undefined, subjects: {} },
      { requestId: 'r1', outcome: 'UNAUTHENTICATED', attempts: 999, subjects: {} },
    ]);
    expect(kept[0]).toMatchObject({ service: 'gateway', action: 'kb.search', kind: 'E', actor: nobody, clientNetwork: '203.0.113.0/24' });
    refusals.close();
  });

  it('of a crowd are counted together, so that no flood makes many rows', async () => {
    const { kept, refusals } = ledger({ mostAskers: 3 });
    for (let index = 0; index < 200; index += 1) refusals.note(refusal({ clientAddress: `198.51.${index}.1` }));
    await refusals.drain();
    expect(kept).toHaveLength(5);
    expect(kept.at(-1)).toMatchObject({ attempts: 196, actor: nobody });
    expect(kept.at(-1)?.clientNetwork).toBeUndefined();
    refusals.close();
  });

  it('are counted together rather than lost when very many wait', async () => {
    let isAway = true;
    const kept: AuditRecord[] = [];
    const keep = async (record: AuditRecord) => {
      if (isAway) throw new Error('away');
      kept.push(record);
    };
    const refusals = new Refusals({ service: 'gateway', log: { keep, keepAgain: keep }, logger: pino({ level: 'silent' }), retryMs: 5, mostWaiting: 10 });
    for (let index = 0; index < 400; index += 1) refusals.note(refusal({ clientAddress: `198.51.${index % 250}.1`, outcome: index < 250 ? 'UNAUTHENTICATED' : 'FORBIDDEN' }));
    isAway = false;
    await refusals.drain();
    expect(kept.reduce((sum, { attempts = 1 }) => sum + attempts, 0)).toBe(400);
    expect(kept.length).toBeLessThan(20);
    refusals.close();
  });

  it('outlive the process in their file, also while they are being counted, and leave it when they were taken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voiceassist-spool-'));
    const spool = () => new RefusalSpool(folder, 'gateway', pino({ level: 'silent' }));
    const away = jest.fn(async () => {
      throw new Error('away');
    });
    const killed = new Refusals({ service: 'gateway', log: { keep: away, keepAgain: away }, logger: pino({ level: 'silent' }), spool: spool() });
    for (let index = 0; index < 7; index += 1) killed.note(refusal({ requestId: `r${index}` }));
    const files = () => readdirSync(folder).filter((name) => name.endsWith('.json'));
    while (files().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const next = ledger({ spool: spool() });
    next.refusals.note(refusal({ requestId: 'new', outcome: 'FORBIDDEN' }));
    next.refusals.start();
    await next.refusals.drain();
    expect(next.kept.map(({ requestId, attempts }) => [requestId, attempts])).toEqual([['r0', undefined], ['r1', 6], ['new', undefined]]);
    expect(spool().read()).toEqual([]);
    writeFileSync(join(folder, files()[0] ?? ''), '[{"half');
    expect(spool().read()).toEqual([]);
    expect(readdirSync(folder).some((name) => name.endsWith('.unreadable'))).toBe(true);
    next.refusals.close();
    killed.close();
    rmSync(folder, { recursive: true });
  });

  it('of a host that is no more are taken over, those of one that still writes are not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voiceassist-spool-'));
    const row = (requestId: string) => ({ auditId: randomUUID(), occurredAt: new Date().toISOString(), service: 'gateway', action: 'kb.search', actor: nobody, requestId, outcome: 'FORBIDDEN', subjects: {}, durationMs: 1 });
    const fileOf = (host: string) => join(folder, `refusals-gateway.${host}.json`);
    for (const host of ['gone', 'alive']) writeFileSync(fileOf(host), JSON.stringify([row(host)]));
    utimesSync(fileOf('gone'), 0, 0);
    const { kept, refusals } = ledger({ spool: new RefusalSpool(folder, 'gateway', pino({ level: 'silent' })) });
    refusals.start();
    await refusals.drain();
    expect(kept.map(({ requestId }) => requestId)).toEqual(['gone']);
    while (existsSync(fileOf('gone'))) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(existsSync(fileOf('alive'))).toBe(true);
    refusals.close();
    rmSync(folder, { recursive: true });
  });

  it('wait while nobody takes them, and are sent in order afterwards', async () => {
    const { kept, keep, refusals } = ledger();
    keep.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    refusals.note(refusal({ outcome: 'FIRST' }));
    refusals.note(refusal({ outcome: 'SECOND' }));
    await refusals.drain();
    expect(kept.map(({ outcome }) => outcome)).toEqual(['FIRST', 'SECOND']);
    expect(new Set(kept.map(({ auditId }) => auditId)).size).toBe(2);
    refusals.close();
  });
});
