import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@voiceassist/contracts';
import { failureEnvelope } from './envelope.js';
import { requestIdOf } from './request-id.js';

/** What protects an answer that is given before any route or hook of the gateway has been asked. */
export const bareHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

const refusals: Readonly<Record<number, ErrorBody>> = {
  400: { code: 'INVALID_INPUT', message: 'The request is malformed.' },
  403: { code: 'FORBIDDEN', message: 'You may not do that.' },
  404: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  408: { code: 'TIMEOUT', message: 'The request took too long to arrive.' },
  429: { code: 'RATE_LIMITED', message: 'Too many requests; wait a moment.' },
  431: { code: 'PAYLOAD_TOO_LARGE', message: 'The headers of the request are too large.' },
  503: { code: 'UNAVAILABLE', message: 'The service cannot be reached at the moment.' },
};

/** A refusal as it goes over the wire, envelope and headers included. */
export function bareAnswer(status: 400 | 403 | 404 | 408 | 429 | 431 | 503, request: Pick<IncomingMessage, 'headers'> = { headers: {} }): string {
  const requestId = requestIdOf(request);
  const body = JSON.stringify(failureEnvelope(refusals[status] ?? { code: 'INTERNAL', message: '' }, { requestId }));
  const headers = { ...bareHeaders, 'x-request-id': requestId, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n${body}`;
}

/** Refuses an upgrade, or what is no request at all, and ends the connection. */
export function refuseBare(socket: Duplex, ...refusal: Parameters<typeof bareAnswer>): void {
  if (socket.writable) socket.end(bareAnswer(...refusal), () => socket.destroy());
}

/** RFC 9112: a request with more than one `Host` is refused, because a proxy in front may have read the other. */
export function hasOneHost({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length <= 1;
}
