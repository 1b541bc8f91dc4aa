import { countCacheRequest } from '@voiceassist/kit';
import { LRUCache } from 'lru-cache';
import { RateLimits, type RateLimitDecision, type RateLimitRequest } from './rate-limits.js';

interface Lease {
  left: number;
  readonly windowEndsAt: number;
}

/** Up to here every call is counted in the shared store. */
const countedSingly = 100;
const leasesPerWindow = 50;
const mostLeases = 50_000;

/**
 * Takes calls of generous limits from the shared store in bundles of a fiftieth and counts them down in this process, so that
 * most calls cost no round trip. Never lets more through than the limit; a person whose calls arrive at several replicas
 * may be refused a bundle per further replica early.
 */
export class LeasedRateLimits extends RateLimits {
  private readonly leases = new LRUCache<string, Lease>({ max: mostLeases });

  constructor(private readonly shared: RateLimits, private readonly now: () => number = () => performance.now()) {
    super();
  }

  async consume(request: RateLimitRequest): Promise<RateLimitDecision> {
    if (request.points < countedSingly) return this.shared.consume(request);
    const id = `${request.name}:${request.points}:${request.key}`;
    const spent = this.spend(id);
    countCacheRequest({ cache: 'rate-limit-leases', tier: 'memory', isHit: spent !== undefined });
    return spent ?? this.lease(id, request);
  }

  private spend(id: string): RateLimitDecision | undefined {
    const lease = this.leases.get(id);
    if (!lease || lease.left === 0 || this.now() >= lease.windowEndsAt) return undefined;
    lease.left -= 1;
    return { allowed: true, remaining: lease.left, retryAfterMs: 0, windowEndsInMs: lease.windowEndsAt - this.now() };
  }

  private async lease(id: string, request: RateLimitRequest): Promise<RateLimitDecision> {
    const bundle = Math.floor(request.points / leasesPerWindow);
    const decision = await this.shared.consume({ ...request, points: leasesPerWindow });
    if (!decision.allowed) return this.spend(id) ?? decision;
    const windowEndsAt = this.now() + decision.windowEndsInMs;
    // calls that arrived together have each taken a bundle
    const lease = this.leases.get(id);
    const unspent = lease && this.now() < lease.windowEndsAt ? lease.left : 0;
    const left = unspent + bundle - 1;
    this.leases.set(id, { left, windowEndsAt });
    return { ...decision, remaining: decision.remaining * bundle + left };
  }
}
