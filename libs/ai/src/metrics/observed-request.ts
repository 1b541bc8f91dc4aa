import { SpanKind } from '@opentelemetry/api';
import { beginSpan, failureCodeOf, type BegunSpan } from '@voiceassist/kit';
import { outcomeOf, requestDuration, requests, type ModelName } from './model.metrics.js';

const operations = { chat: 'chat', embedding: 'embeddings' } as const;

/** One request to a model: a span in OpenTelemetry's words for generative models, never with what was said, and its figures. */
export class ObservedRequest {
  readonly span: BegunSpan;
  private readonly begunAt = performance.now();
  private hasEnded = false;

  constructor(private readonly name: ModelName) {
    const operation = operations[name.kind];
    this.span = beginSpan({
      name: `${operation} ${name.model}`,
      kind: name.provider === 'local' ? SpanKind.INTERNAL : SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': name.provider === 'local' ? 'voiceassist' : 'openai', // whose way of speaking it is
        'gen_ai.request.model': name.model,
        ...(name.provider !== 'local' && { 'server.address': name.provider }),
      },
    });
  }

  get elapsedSeconds(): number {
    return (performance.now() - this.begunAt) / 1_000;
  }

  succeed(): void {
    this.end('ok');
  }

  /** Nobody waits for the answer any more. */
  stop(): void {
    this.end('stopped');
  }

  fail(error: unknown): void {
    this.end(outcomeOf(error), failureCodeOf(error));
  }

  private end(outcome: 'ok' | 'stopped' | ReturnType<typeof outcomeOf>, failureCode?: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.span.end(failureCode);
    const { kind, provider, model } = this.name;
    requests.add(1, { kind, provider, model, outcome });
    requestDuration.record(this.elapsedSeconds, { kind, provider, model });
  }
}
