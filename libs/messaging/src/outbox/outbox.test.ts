import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres, whenServer, type LocalServer } from '@voiceassist/kit';
import { openJetStreamWorld, type JetStreamWorld } from './fixtures/jetstream-world.js';
import { openMemoryWorld } from './fixtures/memory-world.js';
import { runUntilKilled } from './fixtures/run-until-killed.js';
import { describeOutbox, effectsOf, eventually, expectOneEffectEach, heardByAll, newThing, tell, unpublished } from './outbox.conformance.js';

describeOutbox('in-process on PGlite', () => openMemoryWorld('pglite:memory'));

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
      const everything = (await world.listenersData('integrations').query('SELECT thing_id FROM effect GROUP BY thing_id HAVING count(*) > 1')) as unknown[];
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
