import { RateLimiterMemory } from 'rate-limiter-flexible';
import { LimiterRateLimits, type LimitShape } from './limiter-rate-limits.js';

export const memoryLimiter = ({ name, points, windowSeconds }: LimitShape) => new RateLimiterMemory({ keyPrefix: name, points, duration: windowSeconds });

/** Counts in this process. */
export class MemoryRateLimits extends LimiterRateLimits {
  constructor() {
    super(memoryLimiter);
  }
}
