import { anonymous, type Actor } from '@voiceassist/contracts';
import { Call, commonFailure } from '@voiceassist/kit';
import type { FastifyRequest } from 'fastify';
import { deviceOf } from '../browsers/device-of.js';
import type { Route } from './routes-of.js';

const idempotencyKey = /^[\x21-\x7e]{1,200}$/;
const defaultTimeoutMs = 10_000;

/** Who asks, as the access guard found out. */
export function actorOf(request: FastifyRequest): Actor {
  return (request as { user?: { actor?: Actor } }).user?.actor ?? anonymous;
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && idempotencyKey.test(given)) return given;
  throw commonFailure('INVALID_INPUT', 'Idempotency-Key must be 1 to 200 printable characters without blanks.', { field: 'Idempotency-Key' });
}

/** The call that carries this request to the service; it is cancelled when the signal is. */
export function callOf(route: Route, request: FastifyRequest, signal: AbortSignal): Call {
  return Call.begin({
    requestId: request.id,
    actor: actorOf(request),
    timeoutMs: route.contract.timeoutMs ?? defaultTimeoutMs,
    idempotencyKey: idempotencyKeyOf(request),
    clientAddress: request.ip,
    clientDevice: deviceOf(request.headers['user-agent']),
    signal,
  });
}
