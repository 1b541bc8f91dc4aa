import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Passes spans on to whoever listens at the moment; nobody at first. */
class SpanHub implements SpanProcessor {
  private readonly listeners = new Set<SpanProcessor>();

  /** Returns a function that takes the listener off again. */
  add(listener: SpanProcessor): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onStart(span: Span, parent: Context): void {
    for (const listener of this.listeners) listener.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    for (const listener of this.listeners) listener.onEnd(span);
  }

  async forceFlush(): Promise<void> {
    await Promise.all([...this.listeners].map((listener) => listener.forceFlush()));
  }

  async shutdown(): Promise<void> {
    await Promise.all([...this.listeners].map((listener) => listener.shutdown()));
  }
}

/** The one hub of this operating-system process: OpenTelemetry's registration is global. */
export const spanHub = new SpanHub();
