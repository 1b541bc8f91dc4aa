import { describe, expect, it } from '@jest/globals';
import { errorKinds, type Actor, type ErrorKind } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';
import fc from 'fast-check';
import { decodeBody, decodeFrame, encodeBody, encodeFailure, encodeFrame, maxMessageBytes } from './frames.js';
import { decodeHeaderValue, encodeHeaderValue, packHeaders, unpackHeaders } from './headers.js';
import { fromNats, toNats } from './nats-wire.js';
import { packError, unpackError } from './packed-error.js';

const text = fc.string({ unit: 'binary' });
const anyText = fc.oneof(text, fc.string(), fc.constantFrom('', ' ', '"', '"a', '\r\n', '\ud800', 'é', '\\u0041', ' padded '));
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown); // no -0, as JSON has none
const kinds = Object.keys(errorKinds) as ErrorKind[];
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

const actors = fc.oneof(
  fc.constant<Actor>({ type: 'anonymous' }),
  fc.record({ type: fc.constant('service' as const), service: anyText }),
  fc.record({ type: fc.constant('user' as const), userId: fc.uuid(), sessionId: fc.uuid(), roles: fc.subarray(['admin', 'clinician', 'viewer'] as const) }),
);

const calls = fc.record({ requestId: anyText, actor: actors, idempotencyKey: optional(anyText), clientAddress: optional(anyText), timeoutMs: optional(fc.nat()) });

describe('what travels', () => {
  it('headers survive any text, on a line protocol too', () => {
    fc.assert(
      fc.property(calls, ({ requestId, actor, idempotencyKey, clientAddress, timeoutMs }) => {
        const packed = packHeaders({ requestId, actor, idempotencyKey, clientAddress }, { timeoutMs, windowItems: 32 });
        const expected = { requestId, actor: { ...actor }, idempotencyKey, clientAddress, timeoutMs, windowItems: 32 };
        expect(unpackHeaders(packed)).toEqual(expected);
        expect(unpackHeaders(fromNats(toNats(packed)))).toEqual(expected);
      }),
    );
  });

  it('a header value stays one line of visible ASCII, and plain ones stay readable', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const encoded = encodeHeaderValue(value);
        expect(encoded).toMatch(/^[\x20-\x7e]+$/);
        expect(encoded.trim()).toBe(encoded);
        expect(decodeHeaderValue(encoded)).toBe(value);
      }),
    );
    expect(encodeHeaderValue('00-abc-def-01')).toBe('00-abc-def-01');
  });

  it('headers of unknown origin never throw and never make somebody of nobody', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('x-actor', 'x-request-id', 'x-timeout-ms', 'x-window-items', 'x-idempotency-key'), anyText), (headers) => {
        const read = unpackHeaders(headers);
        expect(read.actor).toEqual({ type: 'anonymous' });
        expect(typeof read.requestId).toBe('string');
        expect(decodeHeaderValue(headers['x-actor'] ?? '')).toEqual(expect.any(String));
      }),
    );
  });

  it('failures survive with code, kind, message, field and details', () => {
    const failures = fc.record({ code: anyText, kind: fc.constantFrom(...kinds), message: anyText, field: optional(anyText), details: optional(json) });
    fc.assert(
      fc.property(failures, ({ code, kind, message, field, details }) => {
        const frame = decodeFrame(encodeFailure(new AppError(code, kind, message, { field, details })));
        const rebuilt = frame.kind === 'error' ? unpackError(frame.error) : undefined;
        expect(rebuilt).toBeInstanceOf(AppError);
        expect(rebuilt && packError(rebuilt)).toEqual({ code, kind, message, field, details });
      }),
    );
  });

  it('whatever cannot be read as a failure is INTERNAL', () => {
    fc.assert(fc.property(json, (value) => void expect(unpackError(value)).toMatchObject({ code: 'INTERNAL' })));
  });

  it('bodies and items survive as JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(decodeBody(encodeBody(value))).toEqual(value);
        expect(decodeFrame(encodeFrame({ kind: 'item', value }))).toEqual({ kind: 'item', value });
      }),
    );
    expect(decodeBody(encodeBody(undefined))).toBeUndefined();
  });

  it('measures messages in bytes, and lets a failure through without details that are too large', () => {
    const quotes = 2;
    expect(encodeBody('x'.repeat(maxMessageBytes - quotes))).toHaveLength(maxMessageBytes);
    expect(() => encodeBody('x'.repeat(maxMessageBytes - quotes + 1))).toThrow('1000001 bytes');
    expect(() => encodeBody('€'.repeat(333_333))).toThrow('1000001 bytes');
    const frame = decodeFrame(encodeFailure(new AppError('TOO_MUCH', 'conflict', 'm', { details: 'x'.repeat(maxMessageBytes) })));
    expect(frame).toEqual({ kind: 'error', error: { code: 'TOO_MUCH', kind: 'conflict', message: 'm' } });
  });
});
