import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { Call, SpanRecorder } from '@voiceassist/kit';
import type { DataSource } from 'typeorm';
import { behaviour, listeners, teller, type Listener } from './fixtures/telling-services.js';
import { OutboxStore, replayOutbox } from './outbox-store.js';
import type { Outbox } from './outbox.js';

/** The teller and its two listeners, running. */
export interface OutboxWorld {
  outbox(): Outbox;
  tellersData(): DataSource;
  listenersData(listener: Listener): DataSource;
  /** Where the teller's process answers HTTP. */
  url(): string;
  close(): Promise<void>;
}

/** Waits until the condition holds; the test's own time limit ends a vain wait. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

export const newThing = () => randomUUID();

export async function tell(world: OutboxWorld, thingId: string, call = Call.asService('kb-indexer')): Promise<void> {
  await world.tellersData().transaction((manager) => world.outbox().publish(manager, teller.told, { thingId }, call));
}

export async function effectsOf(world: OutboxWorld, listener: Listener, thingId: string): Promise<{ request_id: string; actor: string; size: number; attempt: number }[]> {
  return world.listenersData(listener).query('SELECT * FROM effect WHERE thing_id = $1', [thingId]);
}

/** Waits until both listeners have the thing. */
export async function heardByAll(world: OutboxWorld, thingId: string): Promise<void> {
  for (const listener of listeners) await eventually(async () => (await effectsOf(world, listener, thingId)).length > 0);
}

export async function expectOneEffectEach(world: OutboxWorld, thingId: string): Promise<void> {
  for (const listener of listeners) expect({ listener, effects: (await effectsOf(world, listener, thingId)).length }).toEqual({ listener, effects: 1 });
}

async function deadLetters(world: OutboxWorld, listener: Listener, thingId: string): Promise<{ reason: string; attempts: number }[]> {
  return world.listenersData(listener).query(`SELECT reason, attempts FROM dead_letter WHERE payload->>'thingId' = $1`, [thingId]);
}

/** What every outbox promises, whatever carries its events. */
export function describeOutbox(name: string, open: () => Promise<OutboxWorld>): void {
  describe(`outbox: ${name}`, () => {
    let world: OutboxWorld;
    beforeAll(async () => {
      world = await open();
    }, 60_000);
    afterAll(async () => {
      await world?.close();
    });

    it('says nothing when the transaction rolls back', async () => {
      const [unsaid, said] = [newThing(), newThing()];
      const work = world.tellersData().transaction(async (manager) => {
        await world.outbox().publish(manager, teller.told, { thingId: unsaid }, Call.begin());
        throw new Error('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
      await tell(world, said);
      await heardByAll(world, said);
      for (const listener of listeners) expect(await effectsOf(world, listener, unsaid)).toEqual([]);
    });

    it('tells every interested service, in the name of the caller and with defaults filled in', async () => {
      const thingId = newThing();
      const call = Call.asService('admin').with({ requestId: `request-${thingId}` });
      await tell(world, thingId, call);
      await heardByAll(world, thingId);
      for (const listener of listeners) {
        const [effect] = await effectsOf(world, listener, thingId);
        expect(effect).toMatchObject({ request_id: call.requestId, actor: JSON.stringify(call.actor), size: 1 });
      }
    });

    it('refuses a payload that does not fit the contract', async () => {
      const wrong = world.outbox().publish(world.tellersData().manager, teller.told, { thingId: 7 as unknown as string }, Call.begin());
      await expect(wrong).rejects.toThrow();
    });

    it('tells what nobody listens to without getting stuck', async () => {
      const thingId = newThing();
      await world.outbox().publish(world.tellersData().manager, teller.whispered, { thingId }, Call.begin());
      await tell(world, thingId);
      await heardByAll(world, thingId);
    });

    it('has one effect in each service although handlers fail and the event comes three times more', async () => {
      const thingId = newThing();
      const before = new Date(Date.now() - 1_000);
      behaviour.failures.set(`integrations/${thingId}`, 2);
      await tell(world, thingId);
      await heardByAll(world, thingId);
      for (let time = 0; time < 3; time += 1) {
        await eventually(async () => (await unpublished(world)) === 0); // hearing of an event can be quicker than its mark
        expect(await replayOutbox(world.tellersData(), before)).toBeGreaterThan(0);
        const marker = newThing();
        await tell(world, marker);
        await heardByAll(world, marker);
      }
      await eventually(async () => (await unpublished(world)) === 0);
      await expectOneEffectEach(world, thingId);
    });

    it('lays an event aside that cannot be handled, goes on with the next, and can try again', async () => {
      const thingId = newThing();
      behaviour.failures.set(`integrations/${thingId}`, 1_000);
      await tell(world, thingId);
      await eventually(async () => (await deadLetters(world, 'integrations', thingId)).length > 0);
      expect(await deadLetters(world, 'integrations', thingId)).toEqual([{ reason: 'Error: the listener stumbles', attempts: 4 }]);
      const next = newThing();
      await tell(world, next);
      await heardByAll(world, next);

      behaviour.failures.delete(`integrations/${thingId}`);
      await eventually(async () => (await unpublished(world)) === 0);
      await replayOutbox(world.tellersData(), new Date(0));
      await heardByAll(world, thingId);
      await expectOneEffectEach(world, thingId);
      expect(await deadLetters(world, 'integrations', thingId)).toEqual([]);
    });

    it('is one trace from the change to its effects', async () => {
      const recorder = new SpanRecorder();
      const thingId = newThing();
      const traceId = await trace.getTracer('test').startActiveSpan('change', async (span) => {
        await tell(world, thingId);
        span.end();
        return span.spanContext().traceId;
      });
      await heardByAll(world, thingId);
      const handlings = () => recorder.spans.filter((span) => span.name === `process ${teller.told.subject}` && span.spanContext().traceId === traceId);
      await eventually(async () => handlings().length === listeners.length);
      recorder.close();
    });

    it('shows what waits and what was laid aside', async () => {
      const metrics = await (await fetch(`${world.url()}/metrics`)).text();
      for (const name of ['outbox_backlog', 'outbox_oldest_age_seconds', 'event_dead_letters']) expect(metrics).toMatch(new RegExp(`^${name}\\{.*service="kb-indexer".*\\} [\\d.]+`, 'm'));
    });

    it('forgets what it told only after a week', async () => {
      const [young, old] = [newThing(), newThing()];
      for (const thingId of [young, old]) await tell(world, thingId);
      await eventually(async () => (await unpublished(world)) === 0);
      const age = `UPDATE outbox SET published_at = now() - make_interval(days => $2) WHERE payload->>'thingId' = $1`;
      await world.tellersData().query(age, [young, 6]);
      await world.tellersData().query(age, [old, 8]);
      await new OutboxStore(world.tellersData()).deletePublishedBefore(7);
      const kept = await world.tellersData().query<{ thing: string }[]>(`SELECT payload->>'thingId' AS thing FROM outbox`);
      expect(kept.map(({ thing }) => thing)).toContain(young);
      expect(kept.map(({ thing }) => thing)).not.toContain(old);
    });
  });
}

export async function unpublished(world: OutboxWorld): Promise<number> {
  const [row] = await world.tellersData().query<{ waiting: number }[]>('SELECT count(*)::int AS waiting FROM outbox WHERE published_at IS NULL');
  return row?.waiting ?? 0;
}
