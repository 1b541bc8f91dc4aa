import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { LimiterRateLimits } from './limiter-rate-limits.js';
import { memoryLimiter } from './memory.rate-limits.js';

/** Counts in Redis for all replicas; in memory as long as Redis does not answer. */
export class RedisRateLimits extends LimiterRateLimits {
  constructor(redis: Redis, prefix: string) {
    super(
      (shape) =>
        new RateLimiterRedis({
          storeClient: redis,
          keyPrefix: `${prefix}${shape.name}`,
          points: shape.points,
          duration: shape.windowSeconds,
          rejectIfRedisNotReady: true,
          insuranceLimiter: memoryLimiter(shape),
        }),
    );
  }
}
