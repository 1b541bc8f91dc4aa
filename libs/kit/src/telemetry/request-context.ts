import { context, createContextKey, type Context } from '@opentelemetry/api';

const requestIdKey = createContextKey('voiceassist request id');

/** A context in which log lines carry this request id; give it to `context.with`. */
export function withRequestId(requestId: string, parent: Context = context.active()): Context {
  return parent.setValue(requestIdKey, requestId);
}

export function activeRequestId(): string | undefined {
  return context.active().getValue(requestIdKey) as string | undefined;
}
