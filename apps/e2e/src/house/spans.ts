/** A span as it arrived over OTLP. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly process: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export const spanKind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string; readonly doubleValue?: number; readonly boolValue?: boolean };
}
interface OtlpSpan extends Omit<Span, 'attributes' | 'process' | 'links'> {
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: Span['links'];
}
interface OtlpBody {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly OtlpAttribute[] }; readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

function valuesOf(attributes: readonly OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? value]));
}

/** All spans of what a collector received. */
export function spansIn(received: readonly string[]): Span[] {
  return received.flatMap((body) => (JSON.parse(body) as OtlpBody).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const process = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, process, links: span.links ?? [], attributes: valuesOf(span.attributes) })));
  }));
}

/** Spans whose parent is in none of the spans. */
export function orphansAmong(spans: readonly Span[]): Span[] {
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  return spans.filter(({ traceId, parentSpanId }) => parentSpanId !== undefined && parentSpanId !== '' && !known.has(`${traceId} ${parentSpanId}`));
}

/** From the span up to the root of its trace, names only. */
export function pathTo(span: Span, spans: readonly Span[]): string[] {
  const names = [span.name];
  for (let at = span; at.parentSpanId; ) {
    const parent = spans.find(({ traceId, spanId }) => traceId === at.traceId && spanId === at.parentSpanId);
    if (!parent) break;
    names.push(parent.name);
    at = parent;
  }
  return names;
}
