import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { SafeSpanExporter } from './safe-spans.js';
import { spanHub } from './span-hub.js';

let installed = false;

/**
 * Makes spans real and their context follow every await, without any exporter, so that log lines of one question share
 * one trace id. Idempotent: the first process name of this operating-system process wins.
 */
export function installTracing(processName: string): void {
  if (installed) return;
  installed = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': processName, 'service.namespace': 'voiceassist' }),
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: [spanHub],
    }),
  );
}

/**
 * Sends finished spans to a collector until closed, and makes spans of what goes to PostgreSQL, Redis and over HTTP.
 * Exporter and instrumentations are loaded only here: nobody pays for them who does not look.
 */
export async function exportSpans(endpoint: string): Promise<{ close(): Promise<void> }> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace');
  const { installInstrumentations } = await import('./instrumentations.js');
  installInstrumentations();
  const exporter = new OTLPTraceExporter({ url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href });
  const processor = new BatchSpanProcessor({ exporter: new SafeSpanExporter(exporter) });
  const remove = spanHub.add(processor);
  return {
    close: async () => {
      remove();
      await processor.shutdown();
    },
  };
}
