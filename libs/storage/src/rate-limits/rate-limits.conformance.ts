import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RateLimits } from './rate-limits.js';

export interface RateLimitsUnderTest {
  readonly limits: RateLimits;
  close(): Promise<void>;
}

/** What every adapter of rate limits promises. */
export function describeRateLimits(name: string, open: () => Promise<RateLimitsUnderTest>): void {
  describe(`rate limits on ${name}`, () => {
    let opened: RateLimitsUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    it('allows as many calls as the window has points, counts down, then says when to come back', async () => {
      const request = { name: 'login', key: randomUUID(), points: 3, windowMs: 60_000 };
      const decisions = [];
      for (let call = 0; call < 4; call += 1) decisions.push(await opened.limits.consume(request));
      expect(decisions.map(({ allowed, remaining }) => ({ allowed, remaining }))).toEqual([
        { allowed: true, remaining: 2 },
        { allowed: true, remaining: 1 },
        { allowed: true, remaining: 0 },
        { allowed: false, remaining: 0 },
      ]);
      expect(decisions[2]?.retryAfterMs).toBe(0);
      expect(decisions[3]?.retryAfterMs).toBeGreaterThan(0);
      expect(decisions[3]?.retryAfterMs).toBeLessThanOrEqual(60_000);
    });

    it('lets no more through when many ask at once', async () => {
      const request = { name: 'ask', key: randomUUID(), points: 5, windowMs: 60_000 };
      const decisions = await Promise.all(Array.from({ length: 40 }, () => opened.limits.consume(request)));
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(5);
    });

    it('lets no more of a generous limit through than it says, however many ask at once', async () => {
      const request = { name: 'generous', key: randomUUID(), points: 500, windowMs: 60_000 };
      const allowed = async (calls: number) => (await Promise.all(Array.from({ length: calls }, () => opened.limits.consume(request)))).filter((each) => each.allowed).length;
      expect(await allowed(30)).toBe(30);
      const later = (await allowed(100)) + (await allowed(600));
      expect(later).toBe(470);
    });

    it('counts people and limits apart', async () => {
      const request = { name: 'one', key: randomUUID(), points: 1, windowMs: 60_000 };
      expect((await opened.limits.consume(request)).allowed).toBe(true);
      expect((await opened.limits.consume(request)).allowed).toBe(false);
      expect((await opened.limits.consume({ ...request, key: randomUUID() })).allowed).toBe(true);
      expect((await opened.limits.consume({ ...request, name: 'two' })).allowed).toBe(true);
    });

    it('allows again after the window', async () => {
      const request = { name: 'short', key: randomUUID(), points: 1, windowMs: 1 };
      await opened.limits.consume(request);
      let allowed = false;
      for (let tries = 0; !allowed && tries < 50; tries += 1) {
        await sleep(100);
        allowed = (await opened.limits.consume(request)).allowed;
      }
      expect(allowed).toBe(true);
    });
  });
}
