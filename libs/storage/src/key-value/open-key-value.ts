import type { OpenedPart, PartContext } from '@voiceassist/kit';
import { shareRedis } from './open-redis.js';
import { KeyValue } from './key-value.js';
import { MeasuredKeyValue } from './measured.key-value.js';

type Opened = Pick<OpenedPart, 'provides' | 'dependencies' | 'close'>;

/** `memory:` or `redis://…` → a store of the service's own. */
export async function openKeyValue(context: PartContext, url: string): Promise<Opened> {
  if (url === 'memory:') {
    const { MemoryKeyValue } = await import('./memory.key-value.js');
    const store = new MemoryKeyValue();
    return { provides: [{ token: KeyValue, value: new MeasuredKeyValue(store, 'memory') }], close: async () => store.close() };
  }
  const { RedisKeyValue } = await import('./redis.key-value.js');
  const client = await shareRedis(context, url);
  return {
    provides: [{ token: KeyValue, value: new MeasuredKeyValue(new RedisKeyValue(client.redis, `va:${context.service}:kv:`), 'redis') }],
    dependencies: [{ name: 'key-value', required: true, check: () => client.ping() }],
    close: async () => undefined, // the connection is the process's
  };
}
