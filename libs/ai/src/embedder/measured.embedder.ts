import { context } from '@opentelemetry/api';
import type { Call } from '@voiceassist/kit';
import type { ModelName } from '../metrics/model.metrics.js';
import { ObservedRequest } from '../metrics/observed-request.js';
import { Embedder } from './embedder.js';

/** An encoder whose requests show in traces and numbers. */
export class MeasuredEmbedder extends Embedder {
  constructor(
    private readonly inner: Embedder,
    private readonly name: ModelName,
  ) {
    super();
  }

  get id(): string {
    return this.inner.id;
  }
  get dimension(): number {
    return this.inner.dimension;
  }
  get enabled(): boolean {
    return this.inner.enabled;
  }

  async embed(texts: readonly string[], signal: AbortSignal, call?: Call): Promise<number[][]> {
    const observed = new ObservedRequest(this.name);
    try {
      const vectors = await context.with(observed.span.context, () => this.inner.embed(texts, signal, call));
      observed.succeed();
      return vectors;
    } catch (error) {
      if (signal.aborted) observed.stop();
      else observed.fail(error);
      throw error;
    }
  }

  check(signal: AbortSignal): Promise<void> {
    return this.inner.check(signal);
  }

  override prepare(): void {
    this.inner.prepare();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
