import { event, job, notAudited, request, service, stream } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { z } from 'zod';
import type { Bus, ClientOf } from '../bus/bus.js';
import { Handles } from './handles.js';
import type { JobWork } from '../jobs/job-work.js';
import type { EventWork } from '../outbox/event-work.js';

/** Compiled, never run: what `@Handles` and `bus.client` accept and refuse. */
const probe = service('users', {
  double: request({
    subject: 'va.v1.users.rpc.numbers.double', access: 'public', audit: 'numbers.any',
    input: z.object({ value: z.number(), times: z.number().default(2) }), output: z.object({ value: z.number() }),
  }),
  count: stream({ subject: 'va.v1.users.rpc.numbers.count', access: 'public', audit: 'numbers.any', input: z.object({ to: z.number() }), item: z.object({ index: z.number() }) }),
  told: event({ subject: 'va.v1.users.evt.number.told', payload: z.object({ value: z.number() }) }),
  work: job({ subject: 'va.v1.users.job.number.work', payload: z.object({ value: z.number() }), attempts: 3, leaseMs: 1000, audit: notAudited('a job of the suites') }),
});

export class Fits {
  @Handles(probe.double)
  async double(input: { value: number; times: number }, _call: Call) {
    return { value: input.value * input.times };
  }

  @Handles(probe.count)
  async *count(input: { to: number }, _call: Call) {
    for (let index = 0; index < input.to; index++) yield { index };
  }

  @Handles(probe.told)
  async told(_payload: { value: number }, _call: Call, _work: EventWork) {}

  @Handles(probe.work)
  async work(_payload: { value: number }, _call: Call, _work: JobWork) {}

  @Handles(probe.double)
  async withoutCall({ value }: { value: number }) {
    return { value };
  }
}

export class Refused {
  // @ts-expect-error the answer's field has the wrong type
  @Handles(probe.double)
  async wrongAnswer(_input: { value: number; times: number }) {
    return { value: 'four' };
  }

  // @ts-expect-error the answer misses a field
  @Handles(probe.double)
  async missingField() {
    return {};
  }

  // @ts-expect-error the contract gives a number
  @Handles(probe.double)
  async wrongInput(input: { value: string }) {
    return { value: Number(input.value) };
  }

  // @ts-expect-error the contract does not give that field
  @Handles(probe.double)
  async unknownInput(input: { amount: number }) {
    return { value: input.amount };
  }

  // @ts-expect-error a request answers with a Promise
  @Handles(probe.double)
  notAsync(input: { value: number }) {
    return { value: input.value };
  }

  // @ts-expect-error a stream is an async generator, not a Promise of a list
  @Handles(probe.count)
  async list() {
    return [{ index: 1 }];
  }

  // @ts-expect-error the items have another form
  @Handles(probe.count)
  async *wrongItem() {
    yield { position: 1 };
  }

  // @ts-expect-error a generator that is not async
  @Handles(probe.count)
  *notAsyncItems() {
    yield { index: 1 };
  }

  // @ts-expect-error an event's handler does not get a job's work
  @Handles(probe.told)
  async wrongWork(_payload: { value: number }, _call: Call, _work: JobWork) {}
}

export async function callers(bus: Bus, call: Call): Promise<unknown> {
  const client = bus.client(probe);
  const answer: { value: number } = await client.double({ value: 2 }, call);
  for await (const { index } of client.count({ to: answer.value }, call)) index.toFixed();

  // @ts-expect-error a call is not optional
  await client.double({ value: 2 });
  // @ts-expect-error wrong input
  await client.double({ value: 'two' }, call);
  // @ts-expect-error events are published, not called
  const event: keyof ClientOf<typeof probe> = 'told';
  // @ts-expect-error no such operation
  const unknown: keyof ClientOf<typeof probe> = 'triple';
  // @ts-expect-error a stream has no Promise
  const promise: Promise<unknown> = client.count({ to: 1 }, call);
  return [event, unknown, promise];
}
