import { startRedis, whenServer } from '@voiceassist/kit';
import { expect, it } from '@jest/globals';
import { PartHost } from '../testing/open-part.js';
import { describeKeyValue } from './key-value.conformance.js';
import { KeyValue } from './key-value.js';
import { keyValuePart } from './key-value-part.js';
import { MemoryKeyValue } from './memory.key-value.js';

async function openTwo(host: PartHost, url: string) {
  const store = (await host.open(keyValuePart(), { KV_URL: url })).get(KeyValue);
  const foreign = (await host.open(keyValuePart(), { KV_URL: url }, 'auth')).get(KeyValue);
  return { store, foreign };
}

describeKeyValue('memory', async () => {
  const host = new PartHost();
  return { ...(await openTwo(host, 'memory:')), close: () => host.close() };
});

whenServer('redis', () => {
  describeKeyValue('Redis', async () => {
    const server = await startRedis();
    const host = new PartHost();
    return { ...(await openTwo(host, server.url)), close: () => host.close().finally(() => server.stop()) };
  });

  it('says UNAVAILABLE while Redis is gone, and works again when it is back', async () => {
    const server = await startRedis();
    const host = new PartHost();
    const { opened, get } = await host.open(keyValuePart(), { KV_URL: server.url });
    const store = get(KeyValue);
    await store.set('a', '1', 60_000);
    await server.kill();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'UNAVAILABLE', kind: 'unavailable' });
    await expect(opened.dependencies?.[0]?.check(AbortSignal.timeout(5_000))).rejects.toThrow();
    await server.restart();
    let answered = false;
    for (let tries = 0; !answered && tries < 20; tries += 1) answered = await store.set('b', '2', 60_000).then(() => true, () => false);
    expect(await store.get('b')).toBe('2');
    await host.close();
    await server.stop();
  });
});

const { TEST_REDIS_URL: newerRedis } = process.env; // eslint-disable-line no-restricted-properties -- names a server for this suite only
if (newerRedis) {
  describeKeyValue('Redis, the server of TEST_REDIS_URL', async () => {
    const host = new PartHost();
    return { ...(await openTwo(host, newerRedis)), close: () => host.close() };
  });
} else console.info('SKIPPED Redis of another version: TEST_REDIS_URL is not set');

it('memory is bounded: a full store refuses new keys until old ones expire', async () => {
  const store = new MemoryKeyValue(2);
  await store.set('a', '1', 60_000);
  await store.set('b', '2', 60_000);
  await expect(store.set('c', '3', 60_000)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await store.set('a', 'replaced', 60_000);
  await store.delete('b');
  await store.set('c', '3', 60_000);
  expect(await store.get('c')).toBe('3');
  store.close();
});
