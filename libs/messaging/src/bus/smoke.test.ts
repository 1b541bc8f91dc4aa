import { describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { request, service, stream } from '@voiceassist/contracts';
import { Call, type PartContext } from '@voiceassist/kit';
import { pino } from 'pino';
import { z } from 'zod';
import { Handles } from '../handlers/handles.js';
import { Bus } from './bus.js';
import { busPart } from './bus-part.js';
import { BusConfig } from './bus-config.js';

const probe = service('users', {
  double: request({ subject: 'va.v1.users.rpc.numbers.double', access: 'public', input: z.object({ value: z.number(), times: z.number().default(2) }), output: z.object({ value: z.number() }) }),
  count: stream({ subject: 'va.v1.users.rpc.numbers.count', access: 'public', input: z.object({ to: z.number() }), item: z.object({ index: z.number() }) }),
});
@Controller()
class Probe {
  @Handles(probe.double)
  async double({ value, times }: { value: number; times: number }) { return { value: value * times }; }
  @Handles(probe.count)
  async *count({ to }: { to: number }) { for (let index = 0; index < to; index++) yield { index }; }
}
@Module({ controllers: [Probe] })
class ProbeModule {}

describe('smoke', () => {
  it('works', async () => {
    const opened = await busPart(probe.$service).open({
      service: 'users', processName: 'x', services: ['users'], logger: pino({ level: 'silent' }),
      config: () => new BusConfig({ BUS_URL: 'memory:', BUS_ALONE: 'true' }),
      share: (_k: string, open: () => Promise<unknown>) => open(),
    } as unknown as PartContext);
    const app = await NestFactory.createMicroservice(ProbeModule, { strategy: opened.strategy!, logger: false });
    await app.listen();
    const bus = opened.provides.find((p) => p.token === Bus)!.value as Bus;
    expect(await bus.client(probe).double({ value: 4 }, Call.begin())).toEqual({ value: 8 });
    const seen: number[] = [];
    for await (const { index } of bus.client(probe).count({ to: 1000 }, Call.begin())) seen.push(index);
    expect(seen).toHaveLength(1000);
    await app.close();
  });
});
