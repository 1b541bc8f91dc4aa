import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event, service } from '@voiceassist/contracts';
import { ServiceModule, startNats, startPostgres, startProcess, whenServer, type LocalServer } from '@voiceassist/kit';
import fc from 'fast-check';
import { z } from 'zod';
import { busPart } from '../bus/bus-part.js';
import { pauseMs } from './backoff.js';
import { openJetStreamWorld, type JetStreamWorld } from './fixtures/jetstream-world.js';
import { openMemoryWorld } from './fixtures/memory-world.js';
import { runUntilKilled } from './fixtures/run-until-killed.js';
import { outboxPart } from './outbox.part.js';
import { describeOutbox, effectsOf, eventually, expectOneEffectEach, heardByAll, newThing, tell, unpublished } from './outbox.conformance.js';

const { TEST_NATS_URL: newerNats } = process.env; // eslint-disable-line no-restricted-properties -- names a server for this suite only

describeOutbox('in-process on PGlite', () => openMemoryWorld('pglite:memory'));

describe('outboxPart', () => {
  it('refuses a service without a database and says what to do', async () => {
    const speechless = service('realtime', { said: event({ subject: 'va.v1.realtime.evt.word.said', payload: z.object({}) }) });

    @ServiceModule({ name: 'realtime', uses: [busPart(speechless.$service), outboxPart(speechless.$service)] })
    class SpeechlessModule {}

    const start = startProcess({ name: 'speechless', modules: [SpeechlessModule], environment: { BUS_URL: 'memory:', BUS_ALONE: 'true' } });
    await expect(start).rejects.toThrow('realtime: outboxPart needs a database; list sqlPart({ … }) before it in uses');
  });
});

describe('pauseMs', () => {
  it('doubles up to the longest pause and varies by a quarter to either side', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, firstMs, random) => {
      const longestMs = 600_000;
      const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 100));
      const pause = pauseMs(attempt, { firstMs, longestMs }, random);
      expect(pause).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
      expect(pause).toBeLessThanOrEqual(Math.ceil(full * 1.25));
    }));
  });
});

describe('outbox: in one process that is killed', () => {
  it('delivers after kill -9 between commit and delivery, once to each', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voiceassist-outbox-'));
    const databaseUrl = `pglite:${folder}`;
    const things = Array.from({ length: 9 }, newThing);
    await runUntilKilled(new URL('./fixtures/tell-and-die.mjs', import.meta.url), { databaseUrl, things });
    const world = await openMemoryWorld(databaseUrl);
    try {
      for (const thingId of things) await heardByAll(world, thingId);
      for (const thingId of things) await expectOneEffectEach(world, thingId);
    } finally {
      await world.close();
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});

whenServer('nats', () => whenServer('postgres', () => {
  let nats: LocalServer;
  let postgres: LocalServer;
  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([nats?.stop(), postgres?.stop()]);
  });

  describeOutbox('JetStream on PostgreSQL', () => openJetStreamWorld({ nats, postgres }));
  if (newerNats) describeOutbox('the JetStream of TEST_NATS_URL on PostgreSQL', () => openJetStreamWorld({ nats: { url: newerNats }, postgres }));
  else console.info('SKIPPED JetStream of another version: TEST_NATS_URL is not set');

  describe('outbox: JetStream in trouble', () => {
    let world: JetStreamWorld;
    beforeAll(async () => {
      world = await openJetStreamWorld({ nats, postgres });
    }, 60_000);
    afterAll(async () => {
      await world?.close();
    });

    it('tells a service that was away once it is back', async () => {
      await world.stopListeners();
      const thingId = newThing();
      await tell(world, thingId);
      await eventually(async () => (await unpublished(world)) === 0);
      await world.startListeners();
      await heardByAll(world, thingId);
      await expectOneEffectEach(world, thingId);
    });

    it('keeps telling while NATS is killed and started again in mid-traffic', async () => {
      const things = Array.from({ length: 300 }, newThing);
      const telling = (async () => {
        for (const thingId of things) await tell(world, thingId);
      })();
      await heardByAll(world, things[20]!);
      await nats.kill();
      await telling;
      await nats.restart();
      for (const thingId of things) await heardByAll(world, thingId);
      for (const thingId of things) await expectOneEffectEach(world, thingId);
    }, 120_000);

    it('tells again what a wiped JetStream forgot', async () => {
      await world.stopListeners();
      const [accepted, waiting] = [newThing(), newThing()];
      await tell(world, accepted);
      await eventually(async () => (await unpublished(world)) === 0);
      await nats.kill();
      await rm(join(nats.folder, 'jetstream'), { recursive: true });
      await tell(world, waiting);
      await nats.restart();
      await world.startListeners();
      for (const thingId of [accepted, waiting]) {
        await heardByAll(world, thingId);
        await expectOneEffectEach(world, thingId);
      }
      await eventually(async () => (await unpublished(world)) === 0);
      const everything = await world.listenersData('integrations').query<unknown[]>('SELECT thing_id FROM effect GROUP BY thing_id HAVING count(*) > 1');
      expect(everything).toEqual([]);
    }, 120_000);

    it('recovers consumers that were listening when JetStream was wiped', async () => {
      const before = newThing();
      await tell(world, before);
      await heardByAll(world, before);
      await nats.kill();
      await rm(join(nats.folder, 'jetstream'), { recursive: true });
      await nats.restart();
      const after = newThing();
      await tell(world, after);
      await heardByAll(world, after);
      await expectOneEffectEach(world, before);
      expect(await effectsOf(world, 'integrations', after)).toHaveLength(1);
    }, 120_000);
  });
}));
