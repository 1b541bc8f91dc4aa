import { expect, it } from '@jest/globals';
import { Call, SpanRecorder } from '@voiceassist/kit';
import { trace } from '@opentelemetry/api';
import { callOf, failureOf, person } from './calls.js';
import { journal } from './journal.js';
import { otherAge, probe } from './probe.contract.js';
import type { World } from './world.js';

export function requestsConform(world: () => World): void {
  const client = () => world().bus.client(probe);
  const stranger = () => world().bus.client(otherAge);

  it('answers by contract: defaults filled in, undeclared fields dropped', async () => {
    expect(await client().double({ value: 4 }, Call.begin())).toEqual({ value: 8 });
    expect(await client().double({ value: 4, times: 3 }, Call.begin())).toEqual({ value: 12 });
  });

  it('refuses wrong input at the caller and again at the server, and names the field', async () => {
    const wrong = { value: 'patient Doe' } as unknown as { value: number };
    for (const refused of [client().double(wrong, Call.begin()), stranger().double(wrong, Call.begin())]) {
      expect(await failureOf(refused)).toMatchObject({ code: 'INVALID_INPUT', kind: 'invalid', field: 'value', message: expect.not.stringContaining('Doe') });
    }
  });

  it('checks answers at the server and again at the caller', async () => {
    const failure = await failureOf(client().fail({ how: 'wrong-answer' }, Call.begin({ requestId: 'wrong-answer-1' })));
    expect(failure).toMatchObject({ code: 'INTERNAL', kind: 'internal', details: undefined });
    expect(world().faults().filter(({ requestId }) => requestId === 'wrong-answer-1')).toHaveLength(1);
    expect(await failureOf(stranger().echo({ value: 'this' }, Call.begin()))).toMatchObject({ code: 'INTERNAL' });
  });

  it('carries declared and common failures as they were thrown', async () => {
    expect(await failureOf(client().fail({ how: 'declared' }, Call.begin()))).toMatchObject({
      code: 'PROBE_TAKEN', kind: 'conflict', message: 'Taken – schon vergeben ✋', field: 'how', details: { by: ['ä', { deep: true }] },
    });
    expect(await failureOf(client().fail({ how: 'common' }, Call.begin()))).toMatchObject({ code: 'NOT_FOUND', kind: 'not_found', message: 'Nothing there.' });
    expect(await failureOf(stranger().fail({ how: 'declared' }, Call.begin()))).toMatchObject({ code: 'INTERNAL' });
  });

  it.each(['undeclared', 'crash', 'not-an-error'] as const)('answers INTERNAL without detail and logs it once: %s', async (how) => {
    const requestId = `bug-${how}`;
    const failure = await failureOf(client().fail({ how }, Call.begin({ requestId })));
    expect(failure).toMatchObject({ code: 'INTERNAL', kind: 'internal', details: undefined, field: undefined });
    expect(`${failure.message} ${world().log()}`).not.toContain('Doe');
    expect(world().faults().filter((line) => line.requestId === requestId)).toMatchObject([{ subject: probe.fail.subject }]);
  });

  it('ends with the deadline of the call or of the contract, at both sides', async () => {
    expect(await failureOf(client().wait({ mark: 'call' }, Call.begin({ timeoutMs: 50 })))).toMatchObject({ code: 'TIMEOUT', kind: 'timeout' });
    await journal.until('call aborted TIMEOUT');
    expect(await failureOf(client().waitBriefly({ mark: 'contract' }, Call.begin({ timeoutMs: 60_000 })))).toMatchObject({ code: 'TIMEOUT' });
    await journal.until('contract aborted TIMEOUT');
    expect(await failureOf(client().wait({ mark: 'late' }, Call.begin({ timeoutMs: -1 })))).toMatchObject({ code: 'TIMEOUT' });
    expect(journal.notes).not.toContain('late started');
  });

  it('aborts the handler when the caller goes away, also through a service in between', async () => {
    const leaving = new AbortController();
    const failing = failureOf(client().relay({ mark: 'far' }, Call.begin({ signal: leaving.signal })));
    await journal.until('far started');
    leaving.abort();
    expect(await failing).toMatchObject({ code: 'CANCELLED' });
    await journal.until('far aborted CANCELLED');
    expect(await failureOf(client().wait({ mark: 'gone' }, Call.begin({ signal: leaving.signal })))).toMatchObject({ code: 'CANCELLED' });
    expect(journal.notes).not.toContain('gone started');
  });

  it('answers UNAVAILABLE at once where nobody listens', async () => {
    expect(await failureOf(stranger().unserved({}, Call.begin({ timeoutMs: 60_000 })))).toMatchObject({ code: 'UNAVAILABLE', kind: 'unavailable' });
    const stream = stranger().unservedStream({}, Call.begin({ timeoutMs: 60_000 }))[Symbol.asyncIterator]();
    expect(await failureOf(stream.next())).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('answers a thousand calls at once', async () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const answers = await Promise.all(values.map((value) => client().double({ value }, Call.begin())));
    expect(answers.map(({ value }) => value)).toEqual(values.map((value) => value * 2));
  });

  it('tells the handler who asks, until when and under which request and trace', async () => {
    const spans = new SpanRecorder();
    const call = callOf('clinician', 'request-1 ✓ "quoted"\r\nx-actor: {}').with({ idempotencyKey: 'schlüssel\n1' });
    const seen = await trace.getTracer('test').startActiveSpan('asking', async (span) => {
      const answer = await client().describeCall({}, call);
      span.end();
      return { answer, traceId: span.spanContext().traceId };
    });
    expect(seen.answer).toMatchObject({ requestId: call.requestId, actor: person('clinician'), idempotencyKey: 'schlüssel\n1', traceId: seen.traceId });
    expect(seen.answer.remainingMs).toBeLessThanOrEqual(10_000);
    const ours = spans.spans.filter(({ attributes }) => attributes['messaging.destination.name'] === probe.describeCall.subject);
    expect(ours.map(({ kind }) => kind).sort()).toEqual([1, 2]); // SERVER, CLIENT
    expect(new Set(ours.map((span) => span.spanContext().traceId))).toEqual(new Set([seen.traceId]));
    spans.close();
  });

  it('carries any text, and values as JSON sees them', async () => {
    const texts = ['Straße – naïve', 'العربية עברית', '🩺👩🏽‍⚕️', '\u0000\u001f"\\\r\n', '\ud800 alone', ''];
    const { value } = await client().echo({ value: texts }, Call.begin());
    expect(value).toEqual(texts);
    const at = new Date('2026-01-02T03:04:05.006Z');
    const echoed = await client().echo({ value: { at, left: undefined, none: null, list: [undefined] } }, Call.begin());
    expect(echoed).toEqual({ value: { at: at.toISOString(), none: null, list: [null] }, keys: ['at', 'none', 'list'] });
    expect(await client().echo({ value: undefined }, Call.begin())).toEqual({ keys: [] });
  });

  it('refuses a message above 1 MB in either direction, and takes one just below', async () => {
    const tooLarge = { code: 'MESSAGE_TOO_LARGE', kind: 'invalid' };
    expect(await failureOf(client().inflate({ length: 0, ballast: 'x'.repeat(1_000_000) }, Call.begin()))).toMatchObject(tooLarge);
    expect(await failureOf(client().inflate({ length: 333_334 }, Call.begin()))).toMatchObject(tooLarge);
    const { ballast } = await client().inflate({ length: 333_000 }, Call.begin());
    expect(ballast).toHaveLength(333_000);
  });
}
