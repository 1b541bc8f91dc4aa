import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Call, withRequestId } from '@voiceassist/kit';
import type { CauseHeaders } from './event-envelope.js';

/** The headers that let work done later be traced to the call that caused it. */
export function causeOf(call: Call): CauseHeaders {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), carrier);
  return { requestId: call.requestId, actor: call.actor, ...carrier };
}

interface LaterWork {
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs work that an earlier call caused, in that call's trace and in its name. */
export function asCausedBy<T>(headers: CauseHeaders, work: LaterWork, run: (call: Call) => Promise<T>): Promise<T> {
  const call = Call.begin({ requestId: headers.requestId, actor: headers.actor, timeoutMs: work.timeoutMs, signal: work.signal });
  const parent = propagation.extract(context.active(), headers);
  const span = trace.getTracer('voiceassist.messaging').startSpan(work.name, { kind: SpanKind.CONSUMER }, parent);
  return context.with(withRequestId(headers.requestId, trace.setSpan(parent, span)), async () => {
    try {
      return await run(call);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
