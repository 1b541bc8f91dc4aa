import { describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { event, job, notAudited, request, service, stream } from '@voiceassist/contracts';
import { Call, PlatformPart, ServiceModule, startProcess, type OpenedPart, type PartContext, type RunningProcess } from '@voiceassist/kit';
import { z } from 'zod';
import { busPart } from '../bus/bus-part.js';
import { HandlerRegistry } from './handler-registry.js';
import { Handles } from './handles.js';

const nothing = z.object({});
const unheard = notAudited('a probe of this suite');
const counted = z.object({ value: z.coerce.number().default(7) });
const own = service('users', {
  ask: request({ subject: 'va.v1.users.rpc.things.ask', access: 'public', audit: unheard, input: nothing, output: nothing }),
  watch: stream({ subject: 'va.v1.users.rpc.things.watch', access: 'public', audit: unheard, input: nothing, item: nothing }),
  happened: event({ subject: 'va.v1.users.evt.thing.happened', payload: counted }),
  work: job({ subject: 'va.v1.users.job.thing.work', payload: counted, attempts: 3, leaseMs: 1_000, audit: unheard }),
});
const foreign = service('auth', {
  ask: request({ subject: 'va.v1.auth.rpc.things.ask', access: 'public', audit: unheard, input: nothing, output: nothing }),
  happened: event({ subject: 'va.v1.auth.evt.thing.happened', payload: counted }),
});

const received: unknown[] = [];

@Controller()
class Complete {
  @Handles(own.ask)
  async ask() {
    return {};
  }

  @Handles(own.watch)
  async *watch() {
    yield {};
  }

  @Handles(own.work)
  async work(payload: { value: number }, call: Call, work: { attempt: number }) {
    received.push({ work: payload, by: call.requestId, attempt: work.attempt });
    if (work.attempt > 1) throw new Error('not twice');
  }

  @Handles(foreign.happened)
  async happened(payload: { value: number }, call: Call, work: { eventId: string }) {
    received.push({ event: payload, by: call.requestId, eventId: work.eventId });
  }
}

@Controller()
class Faulty {
  @Handles(own.ask)
  async ask() {
    return {};
  }

  @Handles(own.ask)
  async askAgain() {
    return {};
  }

  @Handles(foreign.ask)
  async notOurs() {
    return {};
  }

  @MessagePattern('some.pattern')
  withoutContract() {
    return 'anything';
  }
}

/** Gives the test the registry, as the parts for events and jobs get it. */
class PeekPart extends PlatformPart {
  readonly name = 'peek';
  registry?: HandlerRegistry;

  async open(context: PartContext): Promise<OpenedPart> {
    return { provides: [], started: async () => void (this.registry = context.get(HandlerRegistry)), close: async () => undefined };
  }
}

function start(controller: Type, peek = new PeekPart()): Promise<RunningProcess> {
  @ServiceModule({ name: 'users', uses: [busPart(own.$service), peek], controllers: [controller] })
  class ThingsModule {}
  return startProcess({ name: 'things', modules: [ThingsModule], environment: { BUS_URL: 'memory:', BUS_ALONE: 'true', SHUTDOWN_DELAY_MS: '0' } });
}

describe('a service and its contract', () => {
  it('does not start with handlers missing, repeated, foreign or without contract, and lists them all', async () => {
    const error: unknown = await start(Faulty).catch((caught: unknown) => caught);
    expect((error as Error).message.split('\n')).toEqual([
      'users does not handle what its contract says:',
      '  stream watch (va.v1.users.rpc.things.watch) has no handler',
      '  job work (va.v1.users.job.thing.work) has no handler',
      '  va.v1.users.rpc.things.ask has 2 handlers, one is allowed',
      '  request va.v1.auth.rpc.things.ask belongs to another service',
      '  some.pattern is handled without a contract; use @Handles',
    ]);
  });

  it('starts when each has its handler, and hands events and jobs to those who deliver them', async () => {
    const peek = new PeekPart();
    const running = await start(Complete, peek);
    const [onJob, ...otherJobs] = peek.registry?.handlersOf('job') ?? [];
    const [onEvent, ...otherEvents] = peek.registry?.handlersOf('event') ?? [];
    expect([otherJobs, otherEvents]).toEqual([[], []]);
    expect([onJob?.contract, onEvent?.contract]).toEqual([own.work, foreign.happened]);

    const call = Call.begin({ requestId: 'cause-1' });
    await onJob?.invoke({ value: '3', more: 'dropped' }, call, { attempt: 1 });
    await onEvent?.invoke({}, call, { eventId: 'event-1' });
    expect(received).toEqual([{ work: { value: 3 }, by: 'cause-1', attempt: 1 }, { event: { value: 7 }, by: 'cause-1', eventId: 'event-1' }]);
    await expect(onJob?.invoke({}, call, { attempt: 2 })).rejects.toThrow('not twice');
    await expect(onJob?.invoke({ value: 'many' }, call, { attempt: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await running.close();
  });

  it('refuses the contract of another service', async () => {
    @ServiceModule({ name: 'users', uses: [busPart(foreign.$service)] })
    class MistakenModule {}
    await expect(startProcess({ name: 'mistaken', modules: [MistakenModule], environment: { BUS_URL: 'memory:', BUS_ALONE: 'true' } })).rejects.toThrow('contract of auth');
  });
});
