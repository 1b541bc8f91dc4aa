import { describe, expect, it, jest } from '@jest/globals';
import { notAudited, type Actor, type AuditRecord } from '@voiceassist/contracts';
import { pino } from 'pino';
import { Refusals, type Refusal, type RefusalSettings } from './refusals.js';

const nobody: Actor = { type: 'anonymous' };
const somebody: Actor = { type: 'user', userId: '0a0a0a0a-0000-4000-8000-000000000001', sessionId: '0a0a0a0a-0000-4000-8000-00000000000b', roles: ['viewer'] };
const refusal = (change: Partial<Refusal> = {}): Refusal => ({ contract: { audit: 'kb.search' }, actor: nobody, requestId: 'r', clientAddress: '203.0.113.7', outcome: 'UNAUTHENTICATED', ...change });

function ledger(change: Partial<RefusalSettings> = {}) {
  const kept: AuditRecord[] = [];
  const keep = jest.fn(async (record: AuditRecord) => void kept.push(record));
  const refusals = new Refusals({ service: 'gateway', log: { keep }, logger: pino({ level: 'silent' }), retryMs: 5, ...change });
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
