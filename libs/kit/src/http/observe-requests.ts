import { context, propagation, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { withRequestId } from '../telemetry/request-context.js';
import { methodLabel, requestDuration, type StatusClass } from './http.metrics.js';

interface Observed {
  readonly span: Span;
  readonly context: Context;
}

const quietRoutes = new Set(['/health', '/ready', '/metrics']);

/** Template of the route, never the address itself: addresses carry identifiers. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

function begin(request: FastifyRequest): Observed {
  const parent = propagation.extract(context.active(), request.headers);
  const attributes = { 'http.request.method': request.method, 'http.route': routeOf(request) };
  const span = trace.getTracer('voiceassist').startSpan(`${request.method} ${routeOf(request)}`, { kind: SpanKind.SERVER, attributes }, parent);
  return { span, context: withRequestId(request.id, trace.setSpan(parent, span)) };
}

/** One span, one duration and one log line for each request of the server, under the template of its route. */
export function observeRequests(fastify: FastifyInstance, logger: Logger): void {
  const observed = new WeakMap<FastifyRequest, Observed>();
  const inContext = (request: FastifyRequest, next: () => void) => {
    const seen = observed.get(request);
    if (seen) context.with(seen.context, next);
    else next();
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const seen = begin(request);
    observed.set(request, seen);
    reply.raw.once('close', () => finish(request, reply, seen));
    context.with(seen.context, done);
  });
  // reading a body leaves the context of the request; handlers run after this hook
  fastify.addHook('preValidation', (request, _reply, done) => inContext(request, done));

  function finish(request: FastifyRequest, reply: FastifyReply, { span, context: active }: Observed): void {
    const status = reply.raw.statusCode;
    const complete = reply.raw.writableFinished;
    const durationMs = reply.elapsedTime;
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    const statusClass = `${Math.floor(status / 100)}xx` as StatusClass; // Node answers nothing else
    requestDuration.record(durationMs / 1000, { method: methodLabel(request.method), route: routeOf(request), status: statusClass });
    const level = quietRoutes.has(routeOf(request)) ? 'debug' : 'info';
    context.with(active, () => {
      logger[level]({ method: request.method, route: routeOf(request), status, durationMs: Math.round(durationMs * 10) / 10, complete }, 'answered');
    });
  }
}
