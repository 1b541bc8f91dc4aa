import { startRedis, whenServer } from '@voiceassist/kit';
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { PartHost } from '../testing/open-part.js';
import { describeRateLimits } from './rate-limits.conformance.js';
import { RateLimits } from './rate-limits.js';
import { rateLimitsPart } from './rate-limits-part.js';

const open = async (host: PartHost, url: string) => (await host.open(rateLimitsPart(), { KV_URL: url })).get(RateLimits);

describeRateLimits('memory', async () => {
  const host = new PartHost();
  return { limits: await open(host, 'memory:'), close: () => host.close() };
});

whenServer('redis', () => {
  describeRateLimits('Redis', async () => {
    const server = await startRedis();
    const host = new PartHost();
    return { limits: await open(host, server.url), close: () => host.close().finally(() => server.stop()) };
  });

  it('shares a generous limit between replicas, whose unspent bundles are all that a person may lose', async () => {
    const server = await startRedis();
    const hosts = [new PartHost(), new PartHost()];
    const replicas = await Promise.all(hosts.map((host) => open(host, server.url)));
    const request = { name: 'requests', key: 'ada', points: 500, windowMs: 60_000 };
    let allowed = 0;
    for (let call = 0; call < 700; call += 1) if ((await replicas[call % 3 === 0 ? 1 : 0]?.consume(request))?.allowed) allowed += 1;
    expect(allowed).toBeLessThanOrEqual(500);
    expect(allowed).toBeGreaterThanOrEqual(490);
    await Promise.all(hosts.map((host) => host.close()));
    await server.stop();
  });

  it('shares counts between replicas, writes no addresses into Redis, and goes on limiting while Redis is gone', async () => {
    const server = await startRedis();
    const [oneHost, twoHost] = [new PartHost(), new PartHost()];
    const [one, two] = [await open(oneHost, server.url), await open(twoHost, server.url)];
    const request = { name: 'login', key: 'ada@example.org', points: 2, windowMs: 60_000 };
    expect([(await one.consume(request)).allowed, (await two.consume(request)).allowed, (await one.consume(request)).allowed]).toEqual([true, true, false]);

    const client = new Redis(server.url);
    const keys = await client.keys('*');
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/^va:users:rl:login:/);
    expect(keys[0]).not.toContain('ada');
    client.disconnect();

    await server.kill();
    const alone = [];
    for (let call = 0; call < 3; call += 1) alone.push((await one.consume(request)).allowed);
    expect(alone).toEqual([true, true, false]);
    await Promise.all([oneHost.close(), twoHost.close()]);
    await server.stop();
  });
});
