import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { KeyValueConfig } from '../key-value/key-value-config.js';
import { shareRedis } from '../key-value/open-redis.js';
import { RateLimits } from './rate-limits.js';

class RateLimitsPart extends PlatformPart {
  readonly name = 'rate-limits';
  override readonly configs = [KeyValueConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const url = context.config(KeyValueConfig).KV_URL;
    const close = async () => undefined;
    if (url === 'memory:') {
      const { MemoryRateLimits } = await import('./memory.rate-limits.js');
      return { provides: [{ token: RateLimits, value: new MemoryRateLimits() }], close };
    }
    const { LeasedRateLimits } = await import('./leased.rate-limits.js');
    const { RedisRateLimits } = await import('./redis.rate-limits.js');
    const client = await shareRedis(context, url);
    return {
      provides: [{ token: RateLimits, value: new LeasedRateLimits(new RedisRateLimits(client.redis, `va:${context.service}:rl:`)) }],
      dependencies: [{ name: 'rate-limits', required: false, check: () => client.ping() }],
      close,
    };
  }
}

/** Gives a service its `RateLimits`, counted where `KV_URL` points. */
export function rateLimitsPart(): PlatformPart {
  return new RateLimitsPart();
}
