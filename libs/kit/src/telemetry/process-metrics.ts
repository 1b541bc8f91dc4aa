import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';

const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;

function observeEventLoop(meter: Meter): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const lag = meter.createObservableGauge('nodejs_eventloop_lag_seconds', { description: 'Delay of the event loop since the last reading.' });
  lag.addCallback((result) => {
    if (delay.count > 0) {
      result.observe(delay.percentile(50) / nanosecondsPerSecond, { quantile: '0.5' });
      result.observe(delay.percentile(99) / nanosecondsPerSecond, { quantile: '0.99' });
      result.observe(delay.max / nanosecondsPerSecond, { quantile: '1' });
    }
    delay.reset();
  });
}

/** What the process itself costs: memory, processor time, event-loop lag, open handles. */
export function observeProcess(meter: Meter): void {
  observeEventLoop(meter);
  meter.createObservableGauge('process_resident_memory_bytes').addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter.createObservableGauge('nodejs_heap_used_bytes').addCallback((result) => result.observe(process.memoryUsage().heapUsed));
  meter.createObservableCounter('process_cpu_seconds_total').addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe((user + system) / microsecondsPerSecond);
  });
  meter.createObservableGauge('nodejs_active_resources', { description: 'Open sockets, timers, files and other handles.' })
    .addCallback((result) => result.observe(process.getActiveResourcesInfo().length));
}
