import { createHash } from 'node:crypto';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { RateLimits, type RateLimitDecision, type RateLimitRequest } from './rate-limits.js';

export interface LimitShape {
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

/** One limiter of the library for one named limit. */
export type LimiterFactory = (shape: LimitShape) => RateLimiterAbstract;

/** Limits by rate-limiter-flexible; the factory decides where it counts. */
export class LimiterRateLimits extends RateLimits {
  readonly #limiters = new Map<string, RateLimiterAbstract>();

  constructor(private readonly create: LimiterFactory) {
    super();
  }

  async consume(request: RateLimitRequest): Promise<RateLimitDecision> {
    const key = createHash('sha256').update(request.key).digest('base64url');
    try {
      const left = await this.#limiter(request).consume(key);
      return { allowed: true, remaining: left.remainingPoints, retryAfterMs: 0, windowEndsInMs: left.msBeforeNext };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const waitMs = Math.max(refusal.msBeforeNext, 1);
      return { allowed: false, remaining: 0, retryAfterMs: waitMs, windowEndsInMs: waitMs };
    }
  }

  #limiter({ name, points, windowMs }: RateLimitRequest): RateLimiterAbstract {
    if (!/^[a-z][a-z0-9.-]*$/.test(name) || points < 1 || windowMs < 1) throw new Error(`malformed rate limit "${name}"`);
    const shape = { name, points, windowSeconds: Math.ceil(windowMs / 1000) };
    const id = `${name}:${points}:${shape.windowSeconds}`;
    const limiter = this.#limiters.get(id) ?? this.create(shape);
    this.#limiters.set(id, limiter);
    return limiter;
  }
}
