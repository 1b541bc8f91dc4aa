import { metricsOf } from './metric.js';

const requests = metricsOf('kit').counter({
  name: 'cache_requests_total',
  labels: { cache: 'what is kept', tier: ['memory', 'shared', 'database'], result: ['hit', 'miss'] },
  description: 'Times something was looked for in a cache and was there or was not.',
});

/** Counts a look into a cache of this process, of all replicas or of the database. */
export function countCacheRequest({ cache, tier, isHit, times = 1 }: { readonly cache: string; readonly tier: 'memory' | 'shared' | 'database'; readonly isHit: boolean; readonly times?: number }): void {
  if (times > 0) requests.add(times, { cache, tier, result: isHit ? 'hit' : 'miss' });
}
