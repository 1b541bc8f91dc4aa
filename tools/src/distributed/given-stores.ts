import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';

/**
 * Servers that somebody else runs, in place of those that the starter would start itself, such as the containers of a
 * pipeline. One product at a time uses them: each new data folder finds them empty. NATS is never given: its users, keys and
 * certificates belong to one installation, which its own server reads when it starts.
 */
export interface GivenStores {
  /** PostgreSQL with an account that may make databases and roles; where it has pgvector, vectors go there too. */
  readonly postgresUrl?: string;
  readonly redisUrl?: string;
  /** Qdrant, for vectors. */
  readonly qdrantUrl?: string;
}

export function givenStores(environment: Readonly<Record<string, string | undefined>>): GivenStores {
  const { E2E_POSTGRES_URL: postgresUrl, E2E_REDIS_URL: redisUrl, E2E_QDRANT_URL: qdrantUrl } = environment;
  // a pipeline that leaves one out says an empty text
  return { ...(postgresUrl ? { postgresUrl } : {}), ...(redisUrl ? { redisUrl } : {}), ...(qdrantUrl ? { qdrantUrl } : {}) };
}

const quickMs = 10_000;

/** A database of its own for each data folder, since schemas have fixed names; answers the address of its administrator. */
export async function databaseFor(dataFolder: string, adminUrl: string): Promise<string> {
  const name = `va_${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`;
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: quickMs });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function emptyRedis(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: quickMs });
  try {
    await redis.flushdb();
  } finally {
    redis.disconnect();
  }
}

async function emptyQdrant(url: string): Promise<void> {
  const ask = async (path: string, method: string) => {
    const answer = await fetch(new URL(path, url), { method, signal: AbortSignal.timeout(quickMs) });
    if (!answer.ok) throw new Error(`Qdrant answers ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  const { result } = (await ask('/collections', 'GET')) as { result: { collections: { name: string }[] } }; // Qdrant's published form
  for (const { name } of result.collections) await ask(`/collections/${encodeURIComponent(name)}`, 'DELETE');
}

/** Empties what an earlier product has left, once for each data folder: a product that is started again keeps what it has. */
export async function emptyForNew(dataFolder: string, { redisUrl, qdrantUrl }: GivenStores): Promise<void> {
  const mark = join(dataFolder, 'stores-emptied');
  if (existsSync(mark)) return;
  if (redisUrl) await emptyRedis(redisUrl);
  if (qdrantUrl) await emptyQdrant(qdrantUrl);
  await writeFile(mark, '');
}
