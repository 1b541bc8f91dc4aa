import { randomUUID } from 'node:crypto';
import { Actor, anonymous } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';

/** Text values that travel beside the body; names are lower case. W3C trace context joins as `traceparent`, `tracestate`. */
export type BusHeaders = Readonly<Record<string, string>>;

const names = {
  requestId: 'x-request-id',
  actor: 'x-actor',
  timeoutMs: 'x-timeout-ms',
  idempotencyKey: 'x-idempotency-key',
  clientAddress: 'x-client-address',
  clientDevice: 'x-client-device',
  windowItems: 'x-window-items',
} as const;

/** The parts of a call that travel. The deadline travels as time left, so that two clocks need not agree. */
export interface CallHeaders {
  readonly requestId: string;
  readonly actor: Actor;
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
  readonly clientAddress?: string;
  readonly clientDevice?: string;
  readonly windowItems?: number;
}

export function packHeaders(call: Pick<Call, 'requestId' | 'actor' | 'idempotencyKey' | 'clientAddress' | 'clientDevice'>, limits: { timeoutMs?: number; windowItems?: number } = {}): Record<string, string> {
  const headers: Record<string, string> = { [names.requestId]: call.requestId, [names.actor]: JSON.stringify(call.actor) };
  if (call.idempotencyKey !== undefined) headers[names.idempotencyKey] = call.idempotencyKey;
  if (call.clientAddress !== undefined) headers[names.clientAddress] = call.clientAddress;
  if (call.clientDevice !== undefined) headers[names.clientDevice] = call.clientDevice;
  if (limits.timeoutMs !== undefined) headers[names.timeoutMs] = String(Math.max(0, Math.ceil(limits.timeoutMs)));
  if (limits.windowItems !== undefined) headers[names.windowItems] = String(limits.windowItems);
  return headers;
}

/** Reads headers of any origin: what is missing or malformed falls back to nobody (`anonymous`) and a new request id. */
export function unpackHeaders(headers: BusHeaders): CallHeaders {
  return {
    requestId: headers[names.requestId] ?? randomUUID(),
    actor: actorOf(headers[names.actor]),
    timeoutMs: countOf(headers[names.timeoutMs]),
    idempotencyKey: headers[names.idempotencyKey],
    clientAddress: headers[names.clientAddress],
    clientDevice: headers[names.clientDevice],
    windowItems: countOf(headers[names.windowItems]),
  };
}

function actorOf(text: string | undefined): Actor {
  if (text === undefined) return anonymous;
  try {
    return Actor.parse(JSON.parse(text));
  } catch {
    return anonymous; // deny by default: an actor that cannot be read is nobody
  }
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

const plain = /^[\x21\x23-\x7e][\x21-\x7e]*$/; // visible ASCII that does not begin with a quotation mark

/** Header values on a line protocol: visible ASCII stays as it is, anything else becomes an ASCII-only JSON string. */
export function encodeHeaderValue(value: string): string {
  if (plain.test(value)) return value;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function decodeHeaderValue(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
