import { metricsOf } from '../telemetry/metric.js';
import { observeMetrics } from '../telemetry/observe-metrics.js';
import type { Readiness } from './readiness.js';

const metrics = metricsOf('kit');
const service = 'service that needs it';
const dependency = 'name of the dependency';
const ready = metrics.gauge({ name: 'service_ready', description: '1 while the process can do its work, 0 while it starts, drains or lacks a dependency that it requires.' });
const up = metrics.gauge({ name: 'dependency_up', labels: { service, dependency, required: ['true', 'false'] }, description: '1 when the dependency answered its last check, 0 when it did not.' });
const checkDuration = metrics.gauge({ name: 'dependency_check_duration_seconds', unit: 's', labels: { service, dependency }, description: 'How long the last check of the dependency took.' });

/** Shows what `/ready` says as numbers too. */
export function reportReadiness(readiness: Readiness): () => void {
  return observeMetrics({
    of: [ready, up, checkDuration],
    read: async (see) => {
      const report = await readiness.report();
      see(ready, report.status === 'ready' ? 1 : 0);
      for (const { name, status, required, latencyMs } of report.dependencies) {
        const [owner = '', each = ''] = name.split('/');
        see(up, status === 'ok' ? 1 : 0, { service: owner, dependency: each, required: required ? 'true' : 'false' });
        see(checkDuration, latencyMs / 1000, { service: owner, dependency: each });
      }
    },
  });
}
