import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyValue } from './key-value.js';

export interface KeyValuesUnderTest {
  readonly store: KeyValue;
  /** The store of another service on the same server. */
  readonly foreign: KeyValue;
  close(): Promise<void>;
}

async function gone(store: KeyValue, key: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await store.get(key)) === null) return true;
    await sleep(10);
  }
  return false;
}

const longMs = 60_000;
const shortMs = 40;

/** What every key-value adapter promises. */
export function describeKeyValue(name: string, open: () => Promise<KeyValuesUnderTest>): void {
  describe(`key-value on ${name}`, () => {
    let opened: KeyValuesUnderTest;
    let store: KeyValue;
    const fresh = () => `key:${randomUUID()}`;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened?.close());

    it('gives back what was set, replaces it, forgets it on delete', async () => {
      const key = fresh();
      expect(await store.get(key)).toBeNull();
      await store.set(key, 'first ✓\0\n', longMs);
      expect(await store.get(key)).toBe('first ✓\0\n');
      await store.set(key, '', longMs);
      expect(await store.get(key)).toBe('');
      await store.delete(key);
      await store.delete(key);
      expect(await store.get(key)).toBeNull();
    });

    it('forgets every entry after its time to live, however it was made', async () => {
      const [set, absent, counted] = [fresh(), fresh(), fresh()];
      await store.set(set, 'x', shortMs);
      await store.setIfAbsent(absent, 'x', shortMs);
      await store.increment(counted, shortMs);
      await store.increment(counted, longMs); // does not prolong
      for (const key of [set, absent, counted]) expect(await gone(store, key)).toBe(true);
      expect(await store.setIfAbsent(absent, 'again', longMs)).toBe(true);
      expect(await store.increment(counted, longMs)).toBe(1);
    });

    it('lets exactly one caller set an absent entry', async () => {
      const key = fresh();
      const wins = await Promise.all(Array.from({ length: 20 }, (_, index) => store.setIfAbsent(key, String(index), longMs)));
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await store.get(key)).toBe(String(wins.indexOf(true)));
    });

    it('hands a taken value to exactly one caller', async () => {
      const key = fresh();
      await store.set(key, 'ticket', longMs);
      const taken = await Promise.all(Array.from({ length: 20 }, () => store.take(key)));
      expect(taken.filter((value) => value !== null)).toEqual(['ticket']);
      expect(await store.get(key)).toBeNull();
    });

    it('counts without losing an increment, and refuses to count text', async () => {
      const key = fresh();
      const counts = await Promise.all(Array.from({ length: 50 }, () => store.increment(key, longMs)));
      expect(counts.sort((left, right) => left - right)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      await store.set(key, 'text', longMs);
      await expect(store.increment(key, longMs)).rejects.toThrow();
    });

    it('keeps one service’s keys from another', async () => {
      const key = fresh();
      await store.set(key, 'mine', longMs);
      expect(await opened.foreign.get(key)).toBeNull();
      await opened.foreign.delete(key);
      expect(await store.get(key)).toBe('mine');
    });

    it('refuses entries without an end and keys without a name', async () => {
      for (const ttlMs of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.set(fresh(), 'x', ttlMs)).rejects.toThrow('time to live');
        await expect(store.increment(fresh(), ttlMs)).rejects.toThrow('time to live');
      }
      await expect(store.set('', 'x', longMs)).rejects.toThrow('key');
    });
  });
}
