import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config, ConfigError, secretSetting, setting } from '../config/config.js';
import { HttpEdge } from '../http/http-edge.js';
import { PlatformPart, type OpenedPart, type PartContext } from '../platform/platform-part.js';
import { ServiceModule } from '../platform/service-module.js';
import { startProcess } from './start-process.js';

abstract class Clock {
  abstract now(): string;
}

class ClockConfig extends Config({
  CLOCK_ZONE: setting(z.enum(['utc', 'local']), 'Which clock.'),
  CLOCK_KEY: secretSetting(z.string().min(20), 'Secret of the clock.'),
}) {}
class GreetingConfig extends Config({ GREETING: setting(z.string().min(2), 'What to say.') }) {}

const settings = { CLOCK_ZONE: 'utc', CLOCK_KEY: 'a-secret-of-twenty-characters', GREETING: 'hello' };

interface PartBehaviour {
  readonly journal: string[];
  readonly failOpen?: boolean;
  readonly down?: () => boolean;
}

class JournalPart extends PlatformPart {
  override readonly configs = [ClockConfig];

  constructor(readonly name: string, private readonly behaviour: PartBehaviour) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const { journal, failOpen, down } = this.behaviour;
    const note = (what: string) => void journal.push(`${what} ${context.service}/${this.name}`);
    if (failOpen) throw new Error(`${this.name} cannot open`);
    await context.share('wire', async () => {
      journal.push('open wire');
      return { close: async () => void journal.push('close wire') };
    });
    const zone = context.config(ClockConfig).CLOCK_ZONE;
    note('open');
    return {
      provides: this.name === 'clock' ? [{ token: Clock, value: { now: () => `noon ${zone}` } }] : [],
      dependencies: [{ name: this.name, required: true, check: async () => { if (down?.()) throw new Error('down'); } }],
      started: async () => note('started'),
      drain: async () => note('drain'),
      close: async () => note('close'),
    };
  }
}

@Injectable()
class Greeter {
  @Inject(GreetingConfig) private readonly config!: GreetingConfig;
  @Inject(Clock) private readonly clock!: Clock;
  @Inject(HttpEdge) readonly edge!: HttpEdge;

  greet(): string {
    return `${this.config.GREETING} at ${this.clock.now()}`;
  }
}

function modulesWith(behaviour: PartBehaviour, second: PartBehaviour = behaviour) {
  @ServiceModule({ name: 'users', configs: [GreetingConfig], uses: [new JournalPart('clock', behaviour), new JournalPart('store', behaviour)], providers: [Greeter] })
  class UsersModule {}
  @ServiceModule({ name: 'auth', uses: [new JournalPart('store', second)] })
  class AuthModule {}
  return [UsersModule, AuthModule] as const;
}

describe('startProcess', () => {
  it('opens in order, injects what parts provide, and closes in reverse', async () => {
    const journal: string[] = [];
    const [UsersModule, AuthModule] = modulesWith({ journal });
    const running = await startProcess({ name: 'pair', modules: [UsersModule, AuthModule], environment: settings });
    expect(running.get(UsersModule, Greeter).greet()).toBe('hello at noon utc');
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
    await Promise.all([running.close(), running.close()]);
    expect(journal).toEqual([
      'open wire', 'open users/clock', 'open users/store', 'open auth/store',
      'started users/clock', 'started users/store', 'started auth/store',
      'drain auth/store', 'drain users/store', 'drain users/clock',
      'close auth/store', 'close users/store', 'close users/clock', 'close wire',
    ]);
    await expect(fetch(`${running.url}/health`)).rejects.toThrow();
  });

  it('lists the faults of all settings at once and shows no secret', async () => {
    const [UsersModule] = modulesWith({ journal: [] });
    const failed = startProcess({ name: 'users', modules: [UsersModule], environment: { CLOCK_KEY: 'short-secret', CLOCK_ZONE: 'mars', PORT: 'x' } });
    const error: unknown = await failed.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).faults.map(({ name }) => name).sort()).toEqual(['CLOCK_KEY', 'CLOCK_ZONE', 'GREETING', 'PORT']);
    expect((error as ConfigError).message).not.toContain('short-secret');
  });

  it('closes what was open when a later part fails, and says which failure it was', async () => {
    const journal: string[] = [];
    const modules = modulesWith({ journal }, { journal, failOpen: true });
    await expect(startProcess({ name: 'pair', modules, environment: settings })).rejects.toThrow('store cannot open');
    expect(journal.filter((line) => line.startsWith('close'))).toEqual(['close users/store', 'close users/clock', 'close wire']);
  });

  it('refuses one service twice', async () => {
    const [UsersModule] = modulesWith({ journal: [] });
    await expect(startProcess({ name: 'twice', modules: [UsersModule, UsersModule], environment: settings })).rejects.toThrow('listed twice');
  });

  it('fills defaults from other settings', async () => {
    const [UsersModule] = modulesWith({ journal: [] });
    const running = await startProcess({ name: 'users', modules: [UsersModule], defaults: { ...settings, NAME: 'you', GREETING: 'hi ${NAME}' }, environment: { NAME: 'all' } });
    expect(running.get(UsersModule, Greeter).greet()).toBe('hi all at noon utc');
    await running.close();
  });

  it('is not ready while a required dependency is down, and names it', async () => {
    let down = true;
    const [UsersModule] = modulesWith({ journal: [], down: () => down });
    const running = await startProcess({ name: 'users', modules: [UsersModule], environment: settings });
    const answer = await fetch(`${running.url}/ready`);
    const report = (await answer.json()) as { data: { status: string; dependencies: { name: string; status: string; latencyMs: number; required: boolean }[] } };
    expect(answer.status).toBe(503);
    expect(report.data.status).toBe('not-ready');
    expect(report.data.dependencies).toMatchObject([{ name: 'users/clock', status: 'down', required: true }, { name: 'users/store', status: 'down' }]);
    down = false;
    let status = 503;
    for (let attempt = 0; status !== 200 && attempt < 40; attempt += 1) {
      await delay(50);
      status = (await fetch(`${running.url}/ready`)).status;
    }
    expect(status).toBe(200);
    await running.close();
  });

  it('finishes a request in hand before anything closes, and takes no new one', async () => {
    const journal: string[] = [];
    const [UsersModule] = modulesWith({ journal });
    let arrived: () => void = () => undefined;
    const inHand = new Promise<void>((resolve) => (arrived = resolve));
    let answer: () => void = () => undefined;
    const release = new Promise<void>((resolve) => (answer = resolve));

    @ServiceModule({ name: 'gateway', http: true, uses: [new SlowRoutePart(async () => { arrived(); await release; journal.push('answered'); })] })
    class GatewayModule {}
    const running = await startProcess({ name: 'edge', modules: [UsersModule, GatewayModule], environment: settings });
    const slow = fetch(`${running.url}/slow`);
    await inHand;
    const closing = running.close();
    await expect(fetch(`${running.url}/health`)).rejects.toThrow();
    expect(journal).not.toContain('close users/clock');
    answer();
    const response = await slow;
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('done');
    await closing;
    expect(journal.indexOf('answered')).toBeLessThan(journal.indexOf('drain users/clock'));
  });

  it('ends after its deadline when a request never finishes', async () => {
    let arrived: () => void = () => undefined;
    const inHand = new Promise<void>((resolve) => (arrived = resolve));
    @ServiceModule({ name: 'gateway', http: true, uses: [new SlowRoutePart(async () => { arrived(); await new Promise(() => undefined); })] })
    class GatewayModule {}
    const running = await startProcess({ name: 'edge', modules: [GatewayModule], environment: { SHUTDOWN_TIMEOUT_MS: '200', LOG_LEVEL: 'silent' } });
    const stuck = fetch(`${running.url}/slow`).catch((error: unknown) => error);
    await inHand;
    await running.close();
    expect(String(await stuck)).toContain('fetch failed');
  });
});

class SlowRoutePart extends PlatformPart {
  readonly name = 'slow route';

  constructor(private readonly work: () => Promise<void>) {
    super();
  }

  async open({ edge }: PartContext): Promise<OpenedPart> {
    edge.fastify.get('/slow', async () => {
      await this.work();
      return 'done';
    });
    return { provides: [], close: async () => undefined };
  }
}
