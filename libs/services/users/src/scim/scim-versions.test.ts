import { randomUUID } from 'node:crypto';
import { Controller, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { auth, users, type ParsedInputOf } from '@voiceassist/contracts';
import { Call, ServiceModule, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus, busPart, Handles, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { UsersModule } from '../users.module.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const { provisionAccount, changeAddress } = auth;

/** Stands in for `auth`: makes profiles as it does, knows the addresses of sign-in, and lets something happen while it is asked. */
@Injectable()
class Door {
  static addresses = new Map<string, string>();
  static meanwhile: () => Promise<unknown> = async () => undefined;
}

@Controller()
class DoorHandlers {
  constructor(private readonly bus: Bus) {}

  @Handles(provisionAccount)
  async provision({ email, displayName, roles }: ParsedInputOf<typeof provisionAccount>) {
    const user = await this.bus.client(users).createUser({ userId: randomUUID(), email, displayName, roles }, Call.asService('auth'));
    Door.addresses.set(user.userId, email);
    return user;
  }

  @Handles(changeAddress)
  async change({ userId, email }: ParsedInputOf<typeof changeAddress>) {
    Door.addresses.set(userId, email);
    const { meanwhile } = Door;
    Door.meanwhile = async () => undefined;
    await meanwhile();
    return {};
  }
}

const service = { name: 'auth' as const, operations: { provisionAccount, changeAddress } };

@ServiceModule({
  name: 'auth', uses: [busPart(service), sqlPart({ schema: 'auth', entities: [], migrations: messagingMigrations }), outboxPart(service)], controllers: [DoorHandlers], providers: [Door],
})
class DoorModule {}

const provider = () => Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['service'], scope: ['people.provision'] } });
const mismatch = expect.objectContaining({ code: 'SCIM_VERSION_MISMATCH' });

describe('two writes of one person at the same moment', () => {
  let running: RunningProcess;
  const client = () => running.get(UsersModule, Bus).client(users);
  const resource = (email: string, displayName: string) => ({ userName: email, displayName, emails: [{ value: email, type: 'work', primary: true }] });
  const operation = (path: string, value: string) => ({ resource: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path, value }] } });
  const someone = () => `${randomUUID()}@ward.example`;

  beforeAll(async () => {
    running = await startProcess({ name: 'scim-test', modules: [DoorModule, UsersModule], environment: { BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory' } });
  });
  afterAll(() => running?.close());
  beforeEach(() => {
    Door.meanwhile = async () => undefined;
  });

  async function provisioned() {
    const email = someone();
    const { id, meta } = await client().createScimUser({ resource: resource(email, 'Ada') }, provider());
    const rename = (name: string) => client().patchScimUser({ userId: id, ...operation('displayName', name) }, provider());
    return { id, email, version: meta?.version ?? '', rename, read: () => client().readScimUser({ userId: id }, provider()) };
  }

  it('lose none of them: the version is compared where it is written, and sign-in keeps the address that counts', async () => {
    const { id, email, version, rename, read } = await provisioned();
    Door.meanwhile = () => rename('Renamed meanwhile');
    await expect(client().replaceScimUser({ userId: id, ifMatch: version, resource: resource(someone(), 'Ada again') }, provider())).rejects.toEqual(mismatch);
    expect(await read()).toMatchObject({ displayName: 'Renamed meanwhile', userName: email });
    expect(Door.addresses.get(id)).toBe(email);
    Door.meanwhile = () => rename('Renamed twice');
    await expect(client().patchScimUser({ userId: id, ifMatch: (await read()).meta?.version, ...operation('userName', someone()) }, provider())).rejects.toEqual(mismatch);
    expect(Door.addresses.get(id)).toBe(email);
  });

  it('both count where the provider names no version', async () => {
    for (const ifMatch of [undefined, '*']) {
      const { id, rename, read } = await provisioned();
      const moved = someone();
      Door.meanwhile = () => rename('Renamed meanwhile');
      await client().patchScimUser({ userId: id, ifMatch, ...operation('userName', moved) }, provider());
      expect(await read()).toMatchObject({ displayName: 'Renamed meanwhile', userName: moved });
      expect(Door.addresses.get(id)).toBe(moved);
    }
  });

  it('one of many that have seen the same version wins', async () => {
    const { id, version } = await provisioned();
    const names = ['one', 'two', 'three', 'four'];
    const results = await Promise.allSettled(names.map((name) => client().patchScimUser({ userId: id, ifMatch: version, ...operation('displayName', name) }, provider())));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('delete only what the provider has seen, and leave somebody who was given another role out of its reach', async () => {
    const { id, version, rename, email } = await provisioned();
    await rename('Changed');
    await expect(client().deleteScimUser({ userId: id, ifMatch: version }, provider())).rejects.toEqual(mismatch);
    const boss = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'], factorAt: Math.floor(Date.now() / 1_000) } });
    Door.meanwhile = () => client().changeRoles({ userId: id, roles: ['admin'] }, boss);
    await expect(client().replaceScimUser({ userId: id, resource: resource(someone(), 'Ada') }, provider())).rejects.toMatchObject({ code: 'SCIM_KEPT_BY_HAND' });
    expect(Door.addresses.get(id)).toBe(email);
  });
});
