import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, startRedis, whenServer, type LocalServer } from '@voiceassist/kit';
import { Redis } from 'ioredis';
import { runUntilKilled } from '../outbox/fixtures/run-until-killed.js';
import { serverDatabases } from '../outbox/fixtures/server-databases.js';
import { openWorkingWorld, workingSchema, type WorkingSettings } from './fixtures/working-service.js';
import { describeJobs, enqueue, heldKey, houses, inState, newKey, stateOf, type JobsWorld } from './jobs.conformance.js';

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function embedded(): Promise<WorkingSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceassist-jobs-'));
  folders.push(folder);
  return { DATABASE_URL: `pglite:${folder}`, JOBS_URL: 'database:' };
}

/** A worker that dies in mid-job loses neither the job nor its effect, and has no second effect. */
function describeDeath(name: string, moments: readonly string[], prepare: () => Promise<WorkingSettings>): void {
  describe(`jobs of a killed worker: ${name}`, () => {
    for (const moment of moments) {
      it(`are done once after kill -9 ${moment}`, async () => {
        const [settings, key] = [await prepare(), newKey()];
        await runUntilKilled(new URL('./fixtures/work-and-die.mjs', import.meta.url), { settings, key, moment });
        const world = await openWorkingWorld(settings);
        try {
          await inState(world, key, 'done');
          expect(await stateOf(world, key)).toMatchObject({ attempt: 2 });
          expect(await houses(world, key)).toHaveLength(1);
        } finally {
          await world.close();
        }
      }, 60_000);
    }
  });
}

describeJobs('in the database, on PGlite', async () => openWorkingWorld(await embedded()));
describeDeath('in the database, on PGlite', ['after the effect'], embedded);

whenServer('postgres', () => {
  let postgres: LocalServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await postgres?.stop();
  });
  const database = async () => (await serverDatabases(postgres, [workingSchema]))[workingSchema];

  describeJobs('in the database, on PostgreSQL', async () => openWorkingWorld({ DATABASE_URL: await database(), JOBS_URL: 'database:' }));

  whenServer('redis', () => {
    let redis: LocalServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(async () => {
      await redis?.stop();
    });
    const settings = async () => ({ DATABASE_URL: await database(), JOBS_URL: redis.url });

    describeJobs('Redis and PostgreSQL', async () => openWorkingWorld(await settings()));
    describeDeath('Redis and PostgreSQL', ['before the effect', 'after the effect'], settings);

    describe('jobs: Redis in trouble', () => {
      let world: JobsWorld;
      beforeAll(async () => {
        world = await openWorkingWorld(await settings());
      }, 60_000);
      afterAll(async () => {
        await world?.close();
      });

      /** Enough held jobs to occupy every worker, and more behind them. */
      async function fillQueue(): Promise<{ keys: string[]; letGo: () => void }> {
        const held = Array.from({ length: 4 }, heldKey);
        const waiting = Array.from({ length: 30 }, newKey);
        for (const { key } of held) await enqueue(world, key);
        for (const { key } of held) await inState(world, key, 'running');
        for (const key of waiting) await enqueue(world, key);
        return { keys: [...held.map(({ key }) => key), ...waiting], letGo: () => held.forEach((each) => each.letGo()) };
      }

      async function expectAllDoneOnce(keys: readonly string[]): Promise<void> {
        for (const key of keys) await inState(world, key, 'done');
        for (const key of keys) expect(await houses(world, key)).toHaveLength(1);
      }

      it('does all work although Redis was emptied', async () => {
        const { keys, letGo } = await fillQueue();
        const client = new Redis(redis.url);
        await client.flushall();
        await client.quit();
        letGo();
        await expectAllDoneOnce(keys);
      }, 60_000);

      it('does all work although Redis was killed and came back empty', async () => {
        const { keys, letGo } = await fillQueue();
        await redis.kill();
        await rm(join(redis.folder, 'appendonlydir'), { recursive: true, force: true });
        letGo();
        const late = newKey();
        await enqueue(world, late);
        await redis.restart();
        await expectAllDoneOnce([...keys, late]);
      }, 60_000);

      it('starts while Redis is away and works once it is there', async () => {
        await world.stop();
        await redis.kill();
        await world.start();
        const key = newKey();
        await enqueue(world, key);
        await redis.restart();
        await expectAllDoneOnce([key]);
      }, 60_000);
    });
  });
});
