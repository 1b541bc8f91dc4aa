import { failureEnvelope } from '@voiceassist/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusals } from '../edge/gateway.metrics.js';
import { speaksScim } from '../scim/scim-requests.js';
import { scimFailure } from '../scim/send-scim.js';
import { failureOf, type PublicFailure } from './failure-of.js';

/** Answers with the envelope of a failure; tells which it was. */
export function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): PublicFailure {
  const failure = failureOf(error);
  refusals.add(1, { code: failure.body.code });
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return failure;
  }
  void reply.code(failure.status).headers({ ...failure.headers, 'cache-control': 'no-store' });
  if (speaksScim(request)) {
    const { type, body } = scimFailure(failure.body, failure.status);
    void reply.type(type).send(body);
  } else void reply.type('application/json; charset=utf-8').send(failureEnvelope(failure.body, { requestId: request.id }));
  return failure;
}
