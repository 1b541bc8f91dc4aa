import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Call, startNats, whenServer, type LocalServer, type RunningProcess } from '@voiceassist/kit';
import { connect, headers as natsHeaders } from 'nats';
import { AuditKeeperModule } from './conformance/audit-keeper.module.js';
import { callOf, failureOf, readAll } from './conformance/calls.js';
import { startDyingReader } from './conformance/dying-reader.js';
import { journal } from './conformance/journal.js';
import { otherAge, probe } from './conformance/probe.contract.js';
import { AskerModule, ProbeModule } from './conformance/probe.module.js';
import { startOne } from './conformance/world.js';
import { Bus } from './bus.js';

const patient = () => Call.begin({ timeoutMs: 60_000 });

whenServer('nats', () => {
  describe('the bus when things break', () => {
    let server: LocalServer;
    let running: RunningProcess[];
    let bus: Bus;
    const client = () => bus.client(probe);

    beforeAll(async () => {
      server = await startNats();
      running = [];
      for (const module of [AuditKeeperModule, ProbeModule, ProbeModule, AskerModule]) running.push(await startOne([module], server.url));
      bus = running[3]!.get(AskerModule, Bus);
    });
    beforeEach(() => journal.clear());
    afterAll(async () => {
      for (const process of running.reverse()) await process.close();
      await server.stop();
    });

    it('gives each call to exactly one replica, and all replicas get their share', async () => {
      const marks = Array.from({ length: 200 }, (_, index) => `call-${index}`);
      await Promise.all(marks.map((mark) => client().forClinicians({ mark }, callOf('clinician'))));
      expect(journal.notes.toSorted()).toEqual(marks.map((mark) => `${mark} reached`).toSorted());
      const answers = await Promise.all(marks.map(() => client().describeCall({}, Call.begin())));
      expect(new Set(answers.map(({ instance }) => instance)).size).toBe(2);
    });

    it.each([
      { what: 'whose reader has no room', contract: probe.count, input: { to: 1000, mark: 'killed' }, windowItems: 5, ready: () => journal.produced.get('killed') === 5, end: 'killed closed aborted' },
      { what: 'that waits for something else', contract: probe.hang, input: { mark: 'killed' }, windowItems: 5, ready: () => journal.notes.includes('killed started'), end: 'killed closed' },
      { what: 'of one answer', contract: probe.wait, input: { mark: 'killed' }, windowItems: 5, ready: () => journal.notes.includes('killed started'), end: 'killed aborted CANCELLED' },
    ])('stops work $what when the calling process is killed', async ({ contract, input, windowItems, ready, end }) => {
      const reader = startDyingReader({ url: server.url, subject: contract.subject, input, windowItems });
      while (!ready()) await delay(10);
      reader.kill('SIGKILL');
      await journal.until(end);
    });

    it('takes a server that has fallen silent for dead, long before the deadline', async () => {
      const mute = await connect({ servers: server.url });
      mute.subscribe(otherAge.unserved.subject);
      await mute.flush();
      expect(await failureOf(bus.client(otherAge).unserved({}, patient().with({})))).toMatchObject({ code: 'UNAVAILABLE' });
      await mute.close();
    });

    it('survives messages that none of our callers would send', async () => {
      const rude = await connect({ servers: server.url, inboxPrefix: '_INBOX.gateway' });
      const ask = (body: string, values: Record<string, string>) => {
        const headers = natsHeaders();
        for (const [name, value] of Object.entries(values)) headers.set(name, value);
        return rude.request(probe.forClinicians.subject, body, { headers, timeout: 5000, noMux: true });
      };
      rude.publish(probe.double.subject, 'no reply, no id');
      rude.publish(`va.ctl.users.all`, 'not json');
      const inputs: [string, Record<string, string>][] = [
        ['{{{', { 'x-actor': JSON.stringify({ type: 'service', service: 'auth' }) }],
        ['{"mark":"x"}', { 'x-actor': 'not json' }],
        ['{"mark":"x"}', { 'x-actor': '{"type":"user","roles":["admin"]}', 'x-timeout-ms': '-5', 'x-window-items': 'many' }],
      ];
      const answers = await Promise.all(inputs.map(([body, values], index) => ask(body, { ...values, 'x-call-id': `rude-${index}` })));
      expect(answers.map((answer) => answer.json<{ error: { code: string } }>().error.code)).toEqual(['INVALID_INPUT', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
      expect(journal.notes).toEqual([]);
      await rude.close();
    });

    it('recovers when the NATS server is killed and comes back in mid-traffic', async () => {
      const codes: Record<string, number> = {};
      let recovered = false;
      const traffic = async () => {
        while (!recovered) {
          const code = await client().double({ value: 1 }, Call.begin({ timeoutMs: 2_000 })).then(() => 'ok', ({ code: failed }: { code: string }) => failed);
          codes[code] = (codes[code] ?? 0) + 1;
          if (code !== 'ok') await delay(10);
        }
      };
      const clients = Array.from({ length: 8 }, traffic);
      const waiting = failureOf(client().wait({ mark: 'cut' }, patient()));
      const reading = failureOf(readAll(client().hang({ mark: 'cut stream' }, patient())));
      await journal.until('cut started');
      await journal.until('cut stream started');
      await server.kill();
      expect((await waiting).code).toBe('UNAVAILABLE');
      expect((await reading).code).toBe('UNAVAILABLE');
      await journal.until('cut aborted CANCELLED');
      await journal.until('cut stream closed');
      expect(await failureOf(client().double({ value: 1 }, patient()))).toMatchObject({ code: 'UNAVAILABLE' });

      await server.restart();
      const before = codes.ok ?? 0;
      while ((codes.ok ?? 0) < before + 100) await delay(10);
      recovered = true;
      await Promise.all(clients);
      expect(Object.keys(codes).filter((code) => !['ok', 'UNAVAILABLE', 'TIMEOUT'].includes(code))).toEqual([]);
      expect(await readAll(client().count({ to: 100, mark: 'after' }, patient()))).toHaveLength(100);
    });

    it('finishes what is in hand when a replica is stopped, and loses no call of others', async () => {
      const finishing = Array.from({ length: 10 }, (_, index) => client().finishWhenTold({ mark: `hand-${index}` }, patient()));
      for (let index = 0; index < 10; index += 1) await journal.until(`hand-${index} started`);
      let stopped = false;
      const failures: string[] = [];
      const traffic = Array.from({ length: 8 }, async () => {
        while (!stopped) await client().double({ value: 1 }, Call.begin()).catch((error: { code: string }) => failures.push(error.code));
      });
      const [replica] = running.splice(1, 1);
      const closing = replica!.close();
      await delay(50);
      for (let index = 0; index < 10; index += 1) journal.note(`finish hand-${index}`);
      expect((await Promise.all(finishing)).map(({ mark }) => mark)).toEqual(finishing.map((_, index) => `hand-${index}`));
      await closing;
      stopped = true;
      await Promise.all(traffic);
      expect(failures).toEqual([]);

      const reading = failureOf(readAll(client().hang({ mark: 'last' }, patient())));
      await journal.until('last started');
      const [last] = running.splice(1, 1);
      await last!.close();
      expect(await reading).toMatchObject({ code: 'UNAVAILABLE' });
      expect(journal.notes).toContain('last closed');
      expect(await failureOf(client().double({ value: 1 }, patient()))).toMatchObject({ code: 'UNAVAILABLE' });
    });

    it('starts before NATS does', async () => {
      await server.kill();
      const early = startOne([AskerModule], server.url);
      await delay(300);
      await server.restart();
      await (await early).close();
    });

    it('is ready only while NATS answers', async () => {
      const status = async () => (await fetch(`${running[0]!.url}/ready`)).status;
      while ((await status()) !== 200) await delay(50);
      await server.kill();
      while ((await status()) !== 503) await delay(50);
      await server.restart();
      while ((await status()) !== 200) await delay(50);
      expect(await status()).toBe(200);
    });
  });
});
