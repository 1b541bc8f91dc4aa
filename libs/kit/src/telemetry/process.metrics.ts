import { readdirSync } from 'node:fs';
import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { metricsOf } from './metric.js';
import { observeMetrics, type See } from './observe-metrics.js';

const metrics = metricsOf('kit');
const lag = metrics.gauge({ name: 'nodejs_eventloop_lag_seconds', unit: 's', labels: { quantile: ['0.5', '0.99', '1'] }, description: 'Delay of the event loop since the last reading.' });
const utilization = metrics.gauge({ name: 'nodejs_eventloop_utilization_ratio', unit: 'ratio', description: 'Share of the time since the last reading in which the event loop was busy.' });
const heapUsed = metrics.gauge({ name: 'nodejs_heap_used_bytes', unit: 'bytes', description: 'Memory of the JavaScript heap in use.' });
const heapLimit = metrics.gauge({ name: 'nodejs_heap_limit_bytes', unit: 'bytes', description: 'Size at which the JavaScript heap is full and the process ends.' });
const resources = metrics.gauge({ name: 'nodejs_active_resources', description: 'Open sockets, timers, files and other handles.' });
const collections = metrics.histogram({
  name: 'nodejs_gc_duration_seconds', unit: 's', labels: { kind: ['minor', 'major', 'incremental', 'weak'] }, buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  description: 'How long the collections of garbage took.',
});
const residentMemory = metrics.gauge({ name: 'process_resident_memory_bytes', unit: 'bytes', description: 'Memory that the process holds.' });
const cpu = metrics.observedCounter({ name: 'process_cpu_seconds_total', unit: 's', description: 'Processor time used, of the user and of the system.' });
const startedAt = metrics.gauge({ name: 'process_start_time_seconds', unit: 's', description: 'When the process started, as a Unix time.' });
const openFiles = metrics.gauge({ name: 'process_open_fds', description: 'Open files, sockets and pipes; on Linux alone.' });

const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;
const kinds: Readonly<Record<number, 'minor' | 'major' | 'incremental' | 'weak'>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor', [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental', [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak',
};

function observeEventLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let before = performance.eventLoopUtilization();
  const read = (see: See): void => {
    if (delay.count > 0) {
      see(lag, delay.percentile(50) / nanosecondsPerSecond, { quantile: '0.5' });
      see(lag, delay.percentile(99) / nanosecondsPerSecond, { quantile: '0.99' });
      see(lag, delay.max / nanosecondsPerSecond, { quantile: '1' });
    }
    delay.reset();
    const now = performance.eventLoopUtilization();
    see(utilization, performance.eventLoopUtilization(now, before).utilization);
    before = now;
  };
  observeMetrics({ of: [lag, utilization], read });
}

function observeCollections(): void {
  const observer = new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) {
      const { detail } = entry as { readonly detail?: { readonly kind?: number } }; // an entry of type gc has one
      const kind = kinds[detail?.kind ?? 0];
      if (kind) collections.record(entry.duration / 1000, { kind });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}

function countOpenFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

/** What the process itself costs: memory, processor time, event loop, garbage, open handles. */
export function observeProcess(): void {
  observeEventLoop();
  observeCollections();
  const read = (see: See): void => {
    const { user, system } = process.cpuUsage();
    const files = countOpenFiles();
    see(residentMemory, process.memoryUsage.rss());
    see(heapUsed, process.memoryUsage().heapUsed);
    see(heapLimit, getHeapStatistics().heap_size_limit);
    see(resources, process.getActiveResourcesInfo().length);
    see(cpu, (user + system) / microsecondsPerSecond);
    see(startedAt, performance.timeOrigin / 1000);
    if (files !== null) see(openFiles, files);
  };
  observeMetrics({ of: [residentMemory, heapUsed, heapLimit, resources, cpu, startedAt, openFiles], read });
}
