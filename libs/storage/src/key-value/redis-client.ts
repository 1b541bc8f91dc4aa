import { AppError, commonFailure } from '@voiceassist/kit';
import { Redis } from 'ioredis';

export interface RedisClientOptions {
  readonly url: string;
  /** Told once when the connection is lost and once when it is back, not at every attempt. */
  readonly onChange: (state: 'lost' | 'restored', error?: unknown) => void;
}

const slowestRetryMs = 2_000;
const commandTimeoutMs = 2_000;

/** A Redis connection that comes back by itself; every command is answered or fails within two seconds. */
export class RedisClient {
  readonly redis: Redis;
  #lost = false;

  constructor({ url, onChange }: RedisClientOptions) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 5_000,
      commandTimeout: commandTimeoutMs,
      maxRetriesPerRequest: 1,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), slowestRetryMs) * (0.5 + Math.random() / 2),
    });
    this.redis.on('error', (error) => {
      if (!this.#lost) onChange('lost', error);
      this.#lost = true;
    });
    this.redis.on('ready', () => {
      if (this.#lost) onChange('restored');
      this.#lost = false;
    });
  }

  /** Begins to connect; an unreachable server is not an error here but a dependency that is not ready. */
  async connect(): Promise<void> {
    await this.redis.connect().catch(() => undefined); // reported through onChange, retried by the client
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  async close(): Promise<void> {
    if (this.redis.status === 'ready') await this.redis.quit().catch(() => undefined);
    this.redis.disconnect();
  }
}

const refusals = /^(LOADING|READONLY|OOM|MASTERDOWN|CLUSTERDOWN|BUSY|NOREPLICAS|TRYAGAIN)\b/;

/** Runs a command and turns "cannot be reached" and "cannot serve now" into UNAVAILABLE; misuse stays the bug it is. */
export async function asking<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isReply = error instanceof Error && error.name === 'ReplyError';
    if (isReply && !refusals.test(error.message)) throw error;
    throw commonFailure('UNAVAILABLE', 'The key-value store cannot be reached.', { cause: error });
  }
}
