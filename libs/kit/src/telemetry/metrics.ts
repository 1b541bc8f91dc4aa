import { metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { bindMetrics } from './metric.js';
import { observeProcess } from './process.metrics.js';

let reader: PrometheusExporter | undefined;

/** Makes metrics count; numbers are collected when somebody asks for them. Idempotent. */
export function installMetrics(processName: string): void {
  if (reader) return;
  reader = new PrometheusExporter({ preventServerStart: true });
  const resource = resourceFromAttributes({ 'service.name': processName, 'service.namespace': 'voiceassist' });
  const provider = new MeterProvider({ resource, readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  bindMetrics(provider.getMeter('voiceassist'));
  observeProcess();
}

/** All numbers of this operating-system process in Prometheus' text format. */
export async function readMetrics(): Promise<string> {
  if (!reader) return '';
  const { resourceMetrics } = await reader.collect();
  return new PrometheusSerializer('', false, undefined, false, true).serialize(resourceMetrics);
}
