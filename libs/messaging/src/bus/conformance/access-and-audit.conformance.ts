import { expect, it } from '@jest/globals';
import { Call } from '@voiceassist/kit';
import { callOf, failureOf, person, readAll } from './calls.js';
import { journal } from './journal.js';
import { probe } from './probe.contract.js';
import type { World } from './world.js';

const documentId = '0b0b0b0b-0000-4000-8000-000000000001';
const passageId = '0b0b0b0b-0000-4000-8000-000000000002';

export function accessAndAuditConform(world: () => World): void {
  const client = () => world().bus.client(probe);
  const outcomes = (action: string) => journal.audited.filter((record) => record.action === action).map(({ outcome }) => outcome);

  it('lets in by role alone, refuses everybody else before the handler runs, and records each', async () => {
    expect(await failureOf(client().forClinicians({ mark: 'stranger' }, Call.begin()))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await failureOf(client().forClinicians({ mark: 'viewer' }, callOf('viewer')))).toMatchObject({ code: 'FORBIDDEN' });
    expect(journal.notes.filter((note) => note.endsWith('reached'))).toEqual([]);
    await client().forClinicians({ mark: 'clinician' }, callOf('clinician'));
    await client().forClinicians({ mark: 'nurse' }, callOf('nurse'));
    await client().forClinicians({ mark: 'service' }, Call.asService('kb-indexer'));
    expect(journal.notes.filter((note) => note.endsWith('reached'))).toEqual(['clinician reached', 'nurse reached', 'service reached']);
    expect(outcomes('probe.clinical')).toEqual(['UNAUTHENTICATED', 'FORBIDDEN', 'ok', 'ok', 'ok']);
  });

  it('records who did what to which thing before the answer leaves, and nothing of what was said', async () => {
    await client().openDocument({ documentId, title: 'Secret' }, callOf('viewer', 'request-77').with({ clientAddress: '203.0.113.77' }));
    expect(journal.audited).toEqual([{
      auditId: expect.stringMatching(/^[0-9a-f-]{36}$/), occurredAt: expect.stringMatching(/Z$/), service: 'users', action: 'probe.open-document',
      kind: 'E', actor: person('viewer'), requestId: 'request-77', traceId: expect.stringMatching(/^[0-9a-f]{32}$/), clientNetwork: '203.0.113.0/24',
      outcome: 'ok', subjects: { documentId, passageId }, purpose: 'HOPERAT', durationMs: expect.any(Number), producer: { run: expect.any(String), number: expect.any(Number) },
    }]);
  });

  it('counts together what strangers begin, and records each act of a person', async () => {
    const stranger = Call.begin({ clientAddress: '203.0.113.77' });
    for (let count = 0; count < 20; count += 1) await client().begin({}, stranger);
    await client().begin({}, callOf('viewer'));
    await journal.untilTrue(() => journal.audited.length >= 2);
    expect(journal.audited.map(({ actor, outcome }) => [actor.type, outcome]).sort()).toEqual([['anonymous', 'ok'], ['user', 'ok']]);
  });

  it('records failures by their code', async () => {
    await failureOf(client().openDocument({ documentId, missing: true }, callOf('viewer')));
    const unchecked = world().bus.request({ ...probe.openDocument, input: probe.echo.input }, { value: 'no document' }, callOf('viewer'));
    expect((await failureOf(unchecked)).code).toBe('INVALID_INPUT');
    expect(journal.audited.map(({ outcome, subjects }) => ({ outcome, subjects }))).toEqual([
      { outcome: 'DOCUMENT_NOT_FOUND', subjects: { documentId } },
      { outcome: 'INVALID_INPUT', subjects: {} },
    ]);
  });

  it('records a stream once, at its end', async () => {
    await readAll(client().readAloud({ documentId, words: 3 }, callOf('viewer')));
    await failureOf(readAll(client().readAloud({ documentId, words: 3, failAt: 1 }, callOf('viewer'))));
    for await (const { word } of client().readAloud({ documentId, words: 100_000 }, callOf('viewer'))) if (word === 'word 2') break;
    await journal.untilTrue(() => journal.audited.length >= 3);
    expect(outcomes('probe.read-aloud')).toEqual(['ok', 'VOICE_LOST', 'CANCELLED']);
    expect(journal.audited.every(({ subjects }) => subjects.documentId === documentId)).toBe(true);
  });

  it('fails the call when it cannot be recorded', async () => {
    journal.auditBroken = true;
    expect(await failureOf(client().openDocument({ documentId }, callOf('viewer')))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await failureOf(readAll(client().readAloud({ documentId, words: 3 }, callOf('viewer'))))).toMatchObject({ code: 'UNAVAILABLE' });
  });
}
