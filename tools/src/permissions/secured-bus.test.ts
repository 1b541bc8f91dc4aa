import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kb, users } from '@voiceassist/contracts';
import { Call, startProcess, whenServer, type RunningProcess } from '@voiceassist/kit';
import { Bus, Outbox } from '@voiceassist/messaging';
import { DataSource } from 'typeorm';
import { AskingModule, DoorModule, EavesdroppingModule, heard, speakingModules, TellingModule } from './fixtures/speaking-services.js';
import { startSecuredNats } from './secured-nats.js';

const quick = { OUTBOX_POLL_MS: '100', SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'fatal', DATABASE_URL: 'pglite:memory' };
const clinician = () => Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician'] } });

interface House {
  get<T>(module: Type, token: abstract new (...parameters: never[]) => T): T;
  startOne(service: string, module: Type): Promise<RunningProcess>;
  /** What the server of the bus has refused. */
  refusals(): Promise<string[]>;
  close(): Promise<void>;
}

async function together(): Promise<House> {
  const environment = { ...quick, BUS_URL: 'memory:' };
  const running = await startProcess({ name: 'house', modules: speakingModules.map(({ module }) => module), environment });
  return {
    get: (module, token) => running.get(module, token), close: () => running.close(), refusals: async () => [],
    startOne: (name, module) => startProcess({ name, modules: [module], environment: { ...environment, BUS_ALONE: 'true' } }),
  };
}

async function apart(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceassist-secured-'));
  const nats = await startSecuredNats({ folder: join(folder, 'nats'), keysFolder: join(folder, 'keys') });
  const startOne = (name: string, module: Type) => startProcess({ name, modules: [module], environment: { ...quick, ...nats.settingsOf(name) } });
  const running = new Map<Type, RunningProcess>();
  for (const { service, module } of speakingModules) running.set(module, await startOne(service, module));
  return {
    startOne,
    refusals: async () => (await readFile(join(nats.server.folder, 'server.log'), 'utf8')).split('\n').filter((line) => line.includes('Violation')),
    get: (module, token) => running.get(module)!.get(module, token),
    async close() {
      for (const process of [...running.values()].reverse()) await process.close();
      await nats.server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function describeHouse(name: string, open: () => Promise<House>): void {
  describe(`a house ${name}`, () => {
    let house: House;
    beforeAll(async () => {
      house = await open();
    }, 60_000);
    afterAll(() => house?.close());
    const ask = (module: Type) => house.get(module, Bus).client(kb);

    it('asks what it has declared', async () => {
      await expect(ask(AskingModule).searchPassages({ query: 'dose' }, clinician())).resolves.toMatchObject({ searchedCollections: [{ name: 'found' }] });
    });

    it('refuses at the caller what it has not declared, as a mistake of ours', async () => {
      const produced = heard.produced;
      await expect(ask(AskingModule).listCollections({}, clinician())).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(ask(AskingModule).watchDocument({ documentId: randomUUID() }, clinician())[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INTERNAL' });
      expect(heard.produced).toBe(produced);
    });

    it('streams no faster than it is read, and stops when the reader leaves', async () => {
      const [before, closedBefore] = [heard.produced, heard.closed];
      let read = 0;
      for await (const item of ask(DoorModule).watchDocument({ documentId: randomUUID() }, clinician())) {
        expect(item.stage).toBe('chunking');
        read += 1;
        if (read === 300) break;
      }
      while (heard.closed === closedBefore) await delay(10);
      expect(heard.produced - before).toBeLessThan(450);
    });

    it('carries a declared event from outbox to inbox, and refuses to tell or hear others', async () => {
      const [outbox, sql] = [house.get(TellingModule, Outbox), house.get(TellingModule, DataSource)];
      const userId = randomUUID();
      await sql.transaction((manager) => outbox.publish(manager, users.accessChanged, { userId, active: true, roles: ['viewer'] }, Call.asService('users')));
      while (!heard.accessChanged.includes(userId)) await delay(20);
      const foreign = { documentId: randomUUID(), collectionId: randomUUID() };
      await expect(sql.transaction((manager) => outbox.publish(manager, kb.documentDeleted, foreign, Call.asService('users')))).rejects.toThrow('callers.ts');
      await expect(house.startOne('integrations', EavesdroppingModule)).rejects.toThrow('does not declare that it hears');
    });

    it('needed nothing that the server does not allow', async () => {
      expect(await house.refusals()).toEqual([]);
    });
  });
}

describeHouse('in one process', together);

whenServer('nats', () => describeHouse('over NATS with keys and TLS', apart));
