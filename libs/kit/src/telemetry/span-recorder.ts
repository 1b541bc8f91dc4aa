import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { spanHub } from './span-hub.js';

/** Keeps finished spans in memory, for tests. */
export class SpanRecorder {
  private readonly kept: ReadableSpan[] = [];
  private readonly remove = spanHub.add({
    onStart: () => undefined,
    onEnd: (span) => void this.kept.push(span),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  });

  get spans(): readonly ReadableSpan[] {
    return this.kept;
  }

  close(): void {
    this.remove();
  }
}
