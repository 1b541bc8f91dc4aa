import { context, propagation, SpanKind } from '@opentelemetry/api';
import { Call, inSpan, withRequestId } from '@voiceassist/kit';
import { messagingAttributes, type MessagingSystem } from '../bus/messaging-attributes.js';
import type { CauseHeaders } from './event-envelope.js';

/**
 * Writes down work that will be done later: a span of its own, and the headers that let the work be traced to it and to
 * the call that caused it, however much later and wherever it happens.
 */
export function asCauseOf<T>({ subject, system, call }: { subject: string; system: MessagingSystem; call: Call }, write: (headers: CauseHeaders) => Promise<T>): Promise<T> {
  const attributes = { ...messagingAttributes({ system, subject, operation: 'send' }), 'voiceassist.request_id': call.requestId };
  return inSpan({ name: `send ${subject}`, kind: SpanKind.PRODUCER, attributes }, () => {
    const carrier: { traceparent?: string; tracestate?: string } = {};
    propagation.inject(context.active(), carrier);
    return write({ requestId: call.requestId, actor: call.actor, ...carrier });
  });
}

interface LaterWork {
  readonly subject: string;
  readonly system: MessagingSystem;
  /** The service that does it. */
  readonly service: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs work that an earlier call caused, in that call's trace and in its name. */
export function asCausedBy<T>(headers: CauseHeaders, work: LaterWork, run: (call: Call) => Promise<T>): Promise<T> {
  const call = Call.begin({ requestId: headers.requestId, actor: headers.actor, timeoutMs: work.timeoutMs, signal: work.signal });
  const parent = withRequestId(headers.requestId, propagation.extract(context.active(), headers));
  const attributes = { ...messagingAttributes({ ...work, operation: 'process' }), 'messaging.consumer.group.name': work.service, 'voiceassist.request_id': headers.requestId };
  return inSpan({ name: `process ${work.subject}`, kind: SpanKind.CONSUMER, attributes, parent }, () => run(call));
}
