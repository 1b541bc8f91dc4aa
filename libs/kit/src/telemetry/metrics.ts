import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { bindMetrics } from './metric.js';
import { observeProcess } from './process.metrics.js';

/** Collects when asked. A gauge that nobody reads any more is left out, where a cumulative one would show its last value for ever. */
class NumbersOnDemand extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: (type) => (type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE) });
  }

  protected override async onShutdown(): Promise<void> {}

  protected override async onForceFlush(): Promise<void> {}
}

let reader: NumbersOnDemand | undefined;

/** Makes metrics count; numbers are collected when somebody asks for them. Idempotent. */
export function installMetrics(processName: string): void {
  if (reader) return;
  reader = new NumbersOnDemand();
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
  return new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics);
}
