import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPostgres, startRedis, whenServer, type LocalServer } from '@voiceassist/kit';
import { Redis } from 'ioredis';
import pg from 'pg';
import { databaseFor, emptyForNew, givenStores } from './given-stores.js';

const folders: string[] = [];
const newFolder = () => folders[folders.push(mkdtempSync(join(tmpdir(), 'voiceassist-given-'))) - 1] ?? '';
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

it('nothing is given where nothing is said, or an empty text', () => {
  expect(givenStores({})).toEqual({});
  expect(givenStores({ E2E_POSTGRES_URL: '', E2E_REDIS_URL: 'redis://cache:6379', E2E_QDRANT_URL: '' })).toEqual({ redisUrl: 'redis://cache:6379' });
});

whenServer('postgres', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  it('each data folder has a database of its own, the same one again', async () => {
    const [one, other] = [newFolder(), newFolder()];
    const urls = [await databaseFor(one, server.url), await databaseFor(other, server.url), await databaseFor(one, server.url)];
    expect(urls[0]).not.toBe(urls[1]);
    expect(urls[2]).toBe(urls[0]);
    const client = new pg.Client({ connectionString: urls[1] });
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    await client.end();
    expect(new URL(urls[1] ?? '').pathname).toBe(`/${rows[0]?.name}`);
  });
});

whenServer('redis', () => {
  let server: LocalServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('a new product finds Redis empty, one that is started again finds what it had', async () => {
    const [one, other] = [newFolder(), newFolder()];
    await emptyForNew(one, { redisUrl: server.url });
    await redis.set('session', 'open');
    await emptyForNew(one, { redisUrl: server.url });
    expect(await redis.get('session')).toBe('open');
    await emptyForNew(other, { redisUrl: server.url });
    expect(await redis.get('session')).toBeNull();
  });
});

it('a new product finds Qdrant empty, and hears of a Qdrant that refuses', async () => {
  const asked: string[] = [];
  const qdrant: Server = createServer(({ method, url }, answer) => {
    asked.push(`${method} ${url}`);
    if (url === '/collections/locked') answer.statusCode = 403;
    answer.end(JSON.stringify(method === 'GET' ? { result: { collections: [{ name: 'passages v1' }, { name: 'locked' }] } } : { result: true }));
  });
  await new Promise<void>((resolve) => qdrant.listen(0, '127.0.0.1', resolve));
  try {
    const qdrantUrl = `http://127.0.0.1:${(qdrant.address() as AddressInfo).port}`; // a TCP server that listens has one
    await expect(emptyForNew(newFolder(), { qdrantUrl })).rejects.toThrow(/403/);
    expect(asked).toEqual(['GET /collections', 'DELETE /collections/passages%20v1', 'DELETE /collections/locked']);
  } finally {
    qdrant.close();
  }
});
