import type { Attributes, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { isIdentifier } from '../logging/safe-keys.js';

/** Attributes that may leave: names of our own things, codes, numbers. Addresses, keys, statements with values and texts are not among them. */
export const safeSpanAttributes: ReadonlySet<string> = new Set([
  'http.request.method', 'http.route', 'http.response.status_code', 'url.scheme', 'network.protocol.version', 'server.address', 'server.port', 'error.type',
  'db.system.name', 'db.namespace', 'db.operation.name', 'db.query.text', 'db.postgresql.max.client',
  'messaging.system', 'messaging.destination.name', 'messaging.destination.template', 'messaging.operation.name', 'messaging.operation.type', 'messaging.consumer.group.name',
  'gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.response.finish_reasons', 'gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens',
  'voiceassist.request_id', 'voiceassist.code', 'voiceassist.stage',
]);

const longestStatement = 300;
/** A statement with its texts and numbers taken out; values travel as parameters, this is for the one that does not. */
const withoutValues = (statement: string): string =>
  statement.replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, '?').replace(/'(?:[^']|'')*'?/g, '?').replace(/(?<![$\w])\d+(?:\.\d+)?/g, '?').replace(/\s+/g, ' ').slice(0, longestStatement);

function safeValue(key: string, value: unknown): string | number | boolean | string[] | undefined {
  if (key === 'db.query.text') return typeof value === 'string' ? withoutValues(value) : undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return isIdentifier(value) || key === 'server.address' ? value : undefined;
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && isIdentifier(each)) ? value : undefined;
}

function safeAttributes(attributes: Attributes): Attributes {
  const safe = Object.entries(attributes).filter(([key]) => safeSpanAttributes.has(key)).map(([key, value]) => [key, safeValue(key, value)] as const);
  return Object.fromEntries(safe.filter(([, value]) => value !== undefined));
}

/** Messages of errors quote what was sent; a code says as much and quotes nothing. */
const safeStatus = ({ code, message }: SpanStatus): SpanStatus => (message !== undefined && /^[A-Z][A-Z0-9_]{1,60}$/.test(message) ? { code, message } : { code });

/** The span as it may leave the process: without events, which hold texts of errors, and with known attributes alone. */
function safeSpan(span: ReadableSpan): ReadableSpan {
  const { name, kind, parentSpanContext, startTime, endTime, duration, ended, resource, instrumentationScope, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    name, kind, parentSpanContext, startTime, endTime, duration, ended, resource, instrumentationScope, droppedAttributesCount, droppedEventsCount, droppedLinksCount,
    spanContext: () => span.spanContext(),
    status: safeStatus(span.status),
    attributes: safeAttributes(span.attributes),
    links: span.links.map(({ context }) => ({ context })),
    events: [],
  };
}

/** Lets nothing leave in a span that could be personal, whoever wrote it there. */
export class SafeSpanExporter implements SpanExporter {
  constructor(private readonly inner: SpanExporter) {}

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.inner.export(spans.map(safeSpan), done);
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}
