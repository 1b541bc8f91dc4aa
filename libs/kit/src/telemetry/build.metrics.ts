import { readFileSync } from 'node:fs';
import { metricsOf } from './metric.js';
import { observeMetrics } from './observe-metrics.js';

const buildInfo = metricsOf('kit').gauge({
  name: 'build_info', labels: { version: 'version of the product', service: 'a service of this process' }, description: 'Which services run here in which version; always 1.',
});

/** All packages of the product have one version. */
const readVersion = (): string => (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version; // npm demands it

export function reportBuild(services: readonly string[]): () => void {
  const version = readVersion();
  return observeMetrics({
    of: [buildInfo],
    read: (see) => {
      for (const service of services) see(buildInfo, 1, { version, service });
    },
  });
}
