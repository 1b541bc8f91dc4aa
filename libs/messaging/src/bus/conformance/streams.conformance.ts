import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Call } from '@voiceassist/kit';
import { windowItems } from '../../carriers/credit.js';
import { failureOf, readAll } from './calls.js';
import { journal } from './journal.js';
import { probe } from './probe.contract.js';
import type { World } from './world.js';

const patient = () => Call.begin({ timeoutMs: 60_000 });

export function streamsConform(world: () => World): void {
  const client = () => world().bus.client(probe);

  it('gives every item in order, then the end', async () => {
    const items = await readAll(client().count({ to: 500, mark: 'all' }, patient()));
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    await journal.until('all closed whole');
    expect(await readAll(client().count({ to: 0, mark: 'none' }, patient()))).toEqual([]);
  });

  it('never runs further ahead of a slow reader than its window', async () => {
    let read = 0;
    let furthestAhead = 0;
    for await (const { index } of client().count({ to: 10_000, mark: 'slow' }, patient())) {
      expect(index).toBe(read);
      read += 1;
      if (read % 50 === 0) await turn();
      furthestAhead = Math.max(furthestAhead, (journal.produced.get('slow') ?? 0) - read);
    }
    expect(read).toBe(10_000);
    expect(furthestAhead).toBeLessThanOrEqual(windowItems);
  });

  it('waits for a reader that has stopped reading', async () => {
    const items = client().count({ to: 10_000, mark: 'paused' }, patient())[Symbol.asyncIterator]();
    await items.next();
    for (let rest = 0; rest < 200; rest += 1) await turn();
    await client().double({ value: 1 }, Call.begin());
    expect(journal.produced.get('paused')).toBeLessThanOrEqual(windowItems + 1);
    await items.return?.();
    await journal.until('paused closed aborted');
  });

  it('stops the producer when the reader leaves the loop', async () => {
    for await (const { index } of client().count({ to: 1_000_000, mark: 'left' }, patient())) if (index === 5) break;
    await journal.until('left closed aborted');
    expect(journal.produced.get('left')).toBeLessThanOrEqual(2 * windowItems);
  });

  it('stops a producer that is waiting for something else', async () => {
    const items = client().hang({ mark: 'hung' }, patient())[Symbol.asyncIterator]();
    expect(await items.next()).toEqual({ done: false, value: { index: 0 } });
    const pending = items.next();
    await journal.until('hung started');
    await items.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await journal.until('hung aborted CANCELLED');
    await journal.until('hung closed');
  });

  it('stops with the signal of the call, and with its deadline', async () => {
    const leaving = new AbortController();
    const reading = failureOf(readAll(client().hang({ mark: 'signalled' }, patient().with({ signal: leaving.signal }))));
    await journal.until('signalled started');
    leaving.abort();
    expect(await reading).toMatchObject({ code: 'CANCELLED' });
    await journal.until('signalled aborted CANCELLED');
    expect(await failureOf(readAll(client().hang({ mark: 'late' }, Call.begin({ timeoutMs: 100 }))))).toMatchObject({ code: 'TIMEOUT' });
    await journal.until('late closed');
  });

  it('tells a failure in mid-stream after the items before it', async () => {
    const read: number[] = [];
    const failing = async () => {
      for await (const { index } of client().count({ to: 100, mark: 'broken', failAt: 40 }, patient())) read.push(index);
    };
    expect(await failureOf(failing())).toMatchObject({ code: 'PROBE_BROKEN', kind: 'unavailable' });
    expect(read).toHaveLength(40);
  });

  it('answers INTERNAL without detail when the producer crashes in mid-stream', async () => {
    const call = patient().with({ requestId: 'stream-crash' });
    const failure = await failureOf(readAll(client().count({ to: 100, mark: 'crashed', crashAt: 3 }, call)));
    expect(failure).toMatchObject({ code: 'INTERNAL', details: undefined });
    expect(`${failure.message} ${world().log()}`).not.toContain('Doe');
    expect(world().faults().filter(({ requestId }) => requestId === 'stream-crash')).toHaveLength(1);
  });

  it('refuses wrong input with the first item', async () => {
    const wrong = { to: 'many', mark: 'x' } as unknown as { to: number; mark: string };
    expect(await failureOf(readAll(client().count(wrong, patient())))).toMatchObject({ code: 'INVALID_INPUT', field: 'to' });
  });

  it('carries many streams side by side, through the guards and interceptors of the service', async () => {
    const marks = Array.from({ length: 20 }, (_, index) => `side-${index}`);
    const lists = await Promise.all(marks.map((mark) => readAll(client().count({ to: 100, mark }, patient().with({ requestId: mark })))));
    expect(lists.every((items) => items.length === 100 && items.every(({ index }, place) => index === place))).toBe(true);
    for (const mark of marks) expect(journal.notes).toContain(`guarded ${mark}`);
  });
}
