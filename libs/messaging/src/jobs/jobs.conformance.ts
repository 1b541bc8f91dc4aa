import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { job, notAudited } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../outbox/outbox.conformance.js';
import { attemptsSeen, manners, worker } from './fixtures/working-service.js';
import type { Jobs, JobState } from './jobs.js';

/** A service with one kind of job, running. */
export interface JobsWorld {
  jobs(): Jobs;
  data(): DataSource;
  /** Ends the service in good order. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export const newKey = () => randomUUID();

export function enqueue(world: JobsWorld, key: string, delayMs = 0): Promise<string> {
  return world.data().transaction((manager) => world.jobs().enqueue(manager, worker.build, {}, { key, call: Call.asService('kb-indexer'), delayMs }));
}

export function stateOf(world: JobsWorld, key: string): Promise<JobState | null> {
  return world.jobs().state(world.data().manager, worker.build, key);
}

export async function inState(world: JobsWorld, key: string, state: JobState['state']): Promise<void> {
  await eventually(async () => (await stateOf(world, key))?.state === state);
}

export async function houses(world: JobsWorld, key: string): Promise<{ size: number; request_id: string; built: number }[]> {
  return world.data().query('SELECT * FROM house WHERE key = $1', [key]);
}

/** A key whose work goes on until it is let go or aborted. */
export function heldKey(): { key: string; letGo: () => void } {
  const key = newKey();
  let letGo = () => undefined as void;
  manners.set(key, { hold: new Promise((resolve) => (letGo = resolve)) });
  return { key, letGo: () => letGo() };
}

const seen = (key: string) => attemptsSeen.filter((attempt) => attempt.key === key);
const begun = (key: string) => eventually(async () => seen(key).length > 0);

/** What jobs promise, whatever dispatches them. */
export function describeJobs(name: string, open: () => Promise<JobsWorld>): void {
  describe(`jobs: ${name}`, () => {
    let world: JobsWorld;
    beforeAll(async () => {
      world = await open();
    }, 60_000);
    afterAll(async () => {
      await world?.close();
    });

    it('forgets finished jobs after their time and keeps the others', async () => {
      const [old, young] = [newKey(), newKey()];
      for (const key of [old, young]) {
        await enqueue(world, key);
        await inState(world, key, 'done');
      }
      await world.data().query("UPDATE job SET finished_at = now() - interval '400 days' WHERE key = $1", [old]);
      await world.stop();
      await world.start();
      await eventually(async () => (await stateOf(world, old)) === null);
      expect((await stateOf(world, young))?.state).toBe('done');
    });

    it('enqueues nothing when the transaction rolls back', async () => {
      const key = newKey();
      const change = world.data().transaction(async (manager) => {
        await world.jobs().enqueue(manager, worker.build, {}, { key, call: Call.begin() });
        throw new Error('changed my mind');
      });
      await expect(change).rejects.toThrow('changed my mind');
      expect(await stateOf(world, key)).toBeNull();
    });

    it('does the work in the name of the caller, with defaults filled in', async () => {
      const key = newKey();
      const call = Call.asService('admin').with({ requestId: `request-${key}` });
      await world.data().transaction((manager) => world.jobs().enqueue(manager, worker.build, {}, { key, call }));
      await inState(world, key, 'done');
      expect(await houses(world, key)).toEqual([{ key, size: 1, request_id: call.requestId, built: 1 }]);
      expect(await stateOf(world, key)).toMatchObject({ attempt: 1, maxAttempts: 3, reason: null });
    });

    it('knows work that is on its way by its key', async () => {
      const { key, letGo } = heldKey();
      const jobId = await enqueue(world, key);
      expect(await enqueue(world, key)).toBe(jobId);
      await begun(key);
      expect(await enqueue(world, key)).toBe(jobId);
      letGo();
      await inState(world, key, 'done');
      expect(seen(key)).toHaveLength(1);
      expect(await enqueue(world, key)).not.toBe(jobId);
      await inState(world, key, 'done');
    });

    it('tries again after a growing pause until it succeeds', async () => {
      const key = newKey();
      manners.set(key, { failures: 2 });
      await enqueue(world, key);
      await inState(world, key, 'done');
      expect(seen(key).map(({ attempt, lastAttempt }) => ({ attempt, lastAttempt }))).toEqual([
        { attempt: 1, lastAttempt: false }, { attempt: 2, lastAttempt: false }, { attempt: 3, lastAttempt: true },
      ]);
      expect(await houses(world, key)).toHaveLength(1);
    });

    it('ends poisoned work as failed, with the reason', async () => {
      const key = newKey();
      manners.set(key, { failures: 1_000 });
      await enqueue(world, key);
      await inState(world, key, 'failed');
      expect(await stateOf(world, key)).toMatchObject({ attempt: 3, reason: 'Error: the roof fell in' });
      expect(await houses(world, key)).toEqual([]);
    });

    it('cancels running work, which hears of it', async () => {
      const { key } = heldKey();
      await enqueue(world, key);
      await begun(key);
      expect(await world.data().transaction((manager) => world.jobs().cancel(manager, worker.build, key))).toBe(true);
      await eventually(async () => seen(key)[0]?.signal.aborted === true);
      expect(seen(key)[0]?.signal.reason).toBe('cancelled');
      expect(await stateOf(world, key)).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
      expect(await world.jobs().cancel(world.data().manager, worker.build, key)).toBe(false);
    });

    it('never begins work that was cancelled while it waited', async () => {
      const [key, later] = [newKey(), newKey()];
      await enqueue(world, key, 300);
      await world.jobs().cancel(world.data().manager, worker.build, key);
      await enqueue(world, later, 600);
      await inState(world, later, 'done');
      expect(seen(key)).toEqual([]);
    });

    it('refuses the end of an attempt that lost its lease', async () => {
      const { key, letGo } = heldKey();
      await enqueue(world, key);
      await begun(key);
      await world.data().query('UPDATE job SET lease_token = gen_random_uuid() WHERE key = $1', [key]);
      await eventually(async () => seen(key)[0]?.signal.aborted === true);
      expect(seen(key)[0]?.signal.reason).toBe('lease-lost');
      letGo();
      await inState(world, key, 'done'); // by the attempt that follows when the stolen lease runs out
      expect(await stateOf(world, key)).toMatchObject({ attempt: 2 });
      expect(await houses(world, key)).toHaveLength(1);
    });

    it('gives work back when the process stops, without counting the attempt', async () => {
      const { key, letGo } = heldKey();
      await enqueue(world, key);
      await begun(key);
      await world.stop();
      expect(seen(key)[0]?.signal.reason).toBe('shutdown');
      letGo();
      await world.start();
      await inState(world, key, 'done');
      expect(await stateOf(world, key)).toMatchObject({ attempt: 1 });
    });

    it('refuses the job of another service', async () => {
      const foreign = job({ subject: 'va.v1.users.job.house.burn', payload: z.object({}), attempts: 1, leaseMs: 1_000, audit: notAudited('a job of the suites') });
      const asked = world.jobs().enqueue(world.data().manager, foreign, {}, { key: newKey(), call: Call.begin() });
      await expect(asked).rejects.toThrow("another service's job");
    });
  });
}
