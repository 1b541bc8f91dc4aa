import type { PartContext } from '@voiceassist/kit';
import type { RedisClient } from './redis-client.js';

/** The process's one Redis connection for a URL; closed after the last service is down. */
export function shareRedis(context: PartContext, url: string): Promise<RedisClient> {
  return context.share(`redis:${url}`, async () => {
    const { RedisClient: Client } = await import('./redis-client.js');
    const client = new Client({
      url,
      onChange: (state, error) => context.logger.warn({ err: error, dependency: 'redis' }, `redis connection ${state}`),
    });
    await client.connect();
    return client;
  });
}
