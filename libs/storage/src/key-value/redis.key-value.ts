import type { Redis } from 'ioredis';
import { checkEntry, KeyValue } from './key-value.js';
import { asking } from './redis-client.js';

// in one script, so that a counter can never be left without an end
const incrementScript = `
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

/** Entries in Redis under the service's prefix, shared by all replicas of the service. */
export class RedisKeyValue extends KeyValue {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {
    super();
  }

  async get(key: string): Promise<string | null> {
    checkEntry({ key });
    return asking(() => this.redis.get(this.prefix + key));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    checkEntry({ key, value, ttlMs });
    await asking(() => this.redis.set(this.prefix + key, value, 'PX', ttlMs));
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    checkEntry({ key, value, ttlMs });
    return (await asking(() => this.redis.set(this.prefix + key, value, 'PX', ttlMs, 'NX'))) === 'OK';
  }

  async take(key: string): Promise<string | null> {
    checkEntry({ key });
    return asking(() => this.redis.getdel(this.prefix + key));
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    checkEntry({ key, ttlMs });
    return Number(await asking(() => this.redis.eval(incrementScript, 1, this.prefix + key, ttlMs)));
  }

  async delete(key: string): Promise<void> {
    checkEntry({ key });
    await asking(() => this.redis.del(this.prefix + key));
  }
}
