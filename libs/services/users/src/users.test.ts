import { randomUUID } from 'node:crypto';
import { Controller, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { users, type PayloadOf, type Permission, type Role } from '@voiceassist/contracts';
import { Call, type RunningProcess, ServiceModule, startProcess } from '@voiceassist/kit';
import { Bus, busPart, Handles, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { UsersModule } from './index.js';

/** Hears what `users` tells, as `auth` does. */
@Injectable()
class Heard {
  readonly changes: PayloadOf<typeof users.accessChanged>[] = [];
}

@Controller()
class ListeningHandlers {
  constructor(private readonly heard: Heard) {}

  @Handles(users.accessChanged)
  async changed(payload: PayloadOf<typeof users.accessChanged>) {
    this.heard.changes.push(payload);
  }
}

@ServiceModule({
  name: 'auth',
  uses: [
    busPart({ name: 'auth', operations: {} }),
    sqlPart({ schema: 'auth', entities: [], migrations: messagingMigrations }),
    outboxPart({ name: 'auth', operations: {} }),
  ],
  controllers: [ListeningHandlers],
  providers: [Heard],
})
class ListeningModule {}

const asAuth = () => Call.asService('auth');
const as = (...roles: Role[]) => Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles, factorAt: Math.floor(Date.now() / 1_000) } });
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('users', () => {
  let running: RunningProcess;
  let client: ReturnType<typeof clientOf>;
  let heard: Heard;
  const clientOf = (from: RunningProcess) => from.get(UsersModule, Bus).client(users);

  beforeAll(async () => {
    running = await startProcess({
      name: 'users-test', modules: [ListeningModule, UsersModule],
      environment: { BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory' },
    });
    client = clientOf(running);
    heard = running.get(ListeningModule, Heard);
  });
  afterAll(() => running.close());
  beforeEach(() => {
    heard.changes.length = 0;
  });

  const newUser = (roles: Role[], change: Partial<{ userId: string; email: string; displayName: string }> = {}) => {
    const userId = randomUUID();
    return client.createUser({ userId, email: `${userId}@example.org`, displayName: 'Somebody', roles, ...change }, asAuth());
  };
  const heardOf = async (userId: string) => {
    for (;;) {
      const change = heard.changes.find((one) => one.userId === userId);
      if (change) return change;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  describe('profiles', () => {
    it('are created once per id and may be created again by whoever was interrupted', async () => {
      const first = await newUser(['clinician'], { displayName: 'Zoë 李' });
      const { userId, email } = first;
      await expect(client.createUser({ userId, email, displayName: 'Zoë 李', roles: ['clinician'] }, asAuth())).resolves.toEqual(first);
      await expect(client.createUser({ userId, email, displayName: 'Zoe', roles: ['viewer'] }, asAuth()))
        .resolves.toMatchObject({ userId, displayName: 'Zoe', roles: ['viewer'] });
      await expect(client.getUser({ userId }, asAuth())).resolves.toMatchObject({ displayName: 'Zoe', roles: ['viewer'], active: true });
    });

    it('have an e-mail address that nobody else has, in whatever spelling', async () => {
      const { userId } = await newUser(['viewer'], { email: 'Ada.Lovelace@Example.org' });
      await expect(newUser(['viewer'], { email: 'ada.lovelace@example.ORG' })).rejects.toEqual(code('EMAIL_TAKEN'));
      await expect(newUser(['viewer'], { userId, email: 'another@example.org' })).rejects.toEqual(code('EMAIL_TAKEN'));
      const spellings = ['x@race.org', 'X@race.org', 'x@RACE.org', 'X@RACE.ORG'];
      const results = await Promise.allSettled(spellings.map((email) => newUser(['viewer'], { email })));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('can be read and renamed by their owner', async () => {
      const { userId } = await newUser(['viewer']);
      const own = as('viewer').with({ actor: { type: 'user', userId, sessionId: randomUUID(), roles: ['viewer'] } });
      await expect(client.changeOwnProfile({ displayName: ' Grace ' }, own)).resolves.toMatchObject({ displayName: 'Grace' });
      await expect(client.readOwnProfile({}, own)).resolves.toMatchObject({ userId, displayName: 'Grace' });
      await expect(client.readOwnProfile({}, as('viewer'))).rejects.toEqual(code('USER_NOT_FOUND'));
    });

    it('are listed page by page without gaps or repetitions', async () => {
      for (let index = 0; index < 5; index += 1) await newUser(['viewer']);
      const { total } = await client.countUsers({}, asAuth());
      const seen = new Set<string>();
      for (let page = 1; page <= Math.ceil(total / 2); page += 1) {
        const { items, pagination } = await client.listUsers({ page, pageSize: 2 }, as('admin'));
        expect(pagination).toMatchObject({ page, totalItems: total, totalPages: Math.ceil(total / 2) });
        for (const { userId } of items) seen.add(userId);
      }
      expect(seen.size).toBe(total);
    });
  });

  describe('access', () => {
    it('is refused to those without the role', async () => {
      const { userId } = await newUser(['viewer']);
      for (const call of [as('viewer'), as('clinician'), Call.begin()]) {
        const refused = call.actor.type === 'anonymous' ? code('UNAUTHENTICATED') : code('FORBIDDEN');
        await expect(client.changeRoles({ userId, roles: ['admin'] }, call)).rejects.toEqual(refused);
        await expect(client.deactivateUser({ userId }, call)).rejects.toEqual(refused);
        await expect(client.activateUser({ userId }, call)).rejects.toEqual(refused);
        await expect(client.listUsers({}, call)).rejects.toEqual(refused);
        await expect(client.readUser({ userId }, call)).rejects.toEqual(refused);
      }
      await expect(client.getUser({ userId }, as('admin'))).rejects.toEqual(code('FORBIDDEN'));
    });

    it('changes are told, and only real changes', async () => {
      const { userId } = await newUser(['viewer']);
      await client.changeRoles({ userId, roles: ['viewer'] }, as('admin'));
      await client.activateUser({ userId }, as('admin'));
      await client.changeRoles({ userId, roles: ['clinician', 'viewer', 'clinician'] }, as('admin'));
      await expect(heardOf(userId)).resolves.toEqual({ userId, active: true, roles: ['clinician', 'viewer'] });
      heard.changes.length = 0;
      await client.deactivateUser({ userId }, as('admin'));
      await expect(heardOf(userId)).resolves.toMatchObject({ userId, active: false });
      await expect(client.getUser({ userId }, asAuth())).resolves.toMatchObject({ active: false });
    });

    it('of somebody unknown cannot change', async () => {
      await expect(client.changeRoles({ userId: randomUUID(), roles: ['viewer'] }, as('admin'))).rejects.toEqual(code('USER_NOT_FOUND'));
      await expect(client.deactivateUser({ userId: randomUUID() }, as('admin'))).rejects.toEqual(code('USER_NOT_FOUND'));
    });

    it('leaves one active administrator, however many give up at once', async () => {
      const giveUp = (userId: string, index: number) => (
        index % 2 === 0 ? client.changeRoles({ userId, roles: ['viewer'] }, as('admin')) : client.deactivateUser({ userId }, as('admin'))
      );
      const administrators = async () => (await client.listUsers({ pageSize: 100 }, as('admin'))).items
        .filter(({ active, roles }) => active && roles.includes('admin'));
      for (let round = 0; round < 5; round += 1) {
        await Promise.all([newUser(['admin']), newUser(['admin', 'clinician'])]);
        const present = await administrators();
        const results = await Promise.allSettled(present.map(({ userId }, index) => giveUp(userId, index)));
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([{ status: 'rejected', reason: code('LAST_ADMINISTRATOR') }]);
        expect(await administrators()).toHaveLength(1);
      }
    });
  });

  describe('composed roles', () => {
    const librarian = { name: 'Librarian', description: 'Looks after documents.', permissions: ['documents.upload', 'documents.change'] as Permission[] };

    it('give their permissions to whoever holds them, and end sessions when they are given, changed and deleted', async () => {
      const { userId } = await newUser(['viewer']);
      const role = await client.defineRole(librarian, as('admin'));
      const changed = async (change: Promise<unknown>) => {
        await change;
        expect(await heardOf(userId)).toMatchObject({ userId, active: true, roles: ['viewer'] });
        heard.changes.length = 0;
        return (await client.getUser({ userId }, asAuth())).permissions;
      };
      expect(await changed(client.giveRoles({ userId, roleIds: [role.roleId] }, as('admin')))).toEqual(['documents.upload', 'documents.change']);
      expect((await client.listRoles({}, as('privacy_officer'))).custom).toEqual([{ ...role, holders: 1 }]);
      expect(await changed(client.changeRole({ ...librarian, roleId: role.roleId, permissions: ['panel.read'] }, as('admin')))).toEqual(['panel.read']);
      expect(await changed(client.deleteRole({ roleId: role.roleId }, as('admin')))).toEqual([]);
      expect((await client.readUser({ userId }, as('admin'))).customRoleIds).toEqual([]);
    });

    it('and roles are given, changed and taken only by those who hold what is in them, and only from people who hold no more', async () => {
      const held: Permission[] = ['people.read', 'people.change', 'people.change-roles', 'roles.define'];
      const registrar = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['viewer'], permissions: held, factorAt: Math.floor(Date.now() / 1_000) } });
      const [boss, other] = [await newUser(['admin']), await newUser(['viewer'])];
      const strong = await client.defineRole({ ...librarian, name: 'Auditor', permissions: ['audit.read'] }, as('admin'));
      const weak = await client.defineRole({ ...librarian, name: 'Reader of people', permissions: ['people.read'] }, registrar);
      const beyond = (attempt: Promise<unknown>) => expect(attempt).rejects.toEqual(code('BEYOND_OWN_ACCESS'));
      await beyond(client.changeRoles({ userId: other.userId, roles: ['admin'] }, registrar));
      await beyond(client.changeRoles({ userId: boss.userId, roles: ['viewer'] }, registrar));
      await beyond(client.deactivateUser({ userId: boss.userId }, registrar));
      await beyond(client.activateUser({ userId: boss.userId }, registrar));
      await beyond(client.defineRole({ ...librarian, name: 'Widened', permissions: [...held, 'audit.read'] }, registrar));
      await beyond(client.changeRole({ ...weak, permissions: ['audit.read'] }, registrar));
      await beyond(client.changeRole({ ...strong, permissions: ['people.read'] }, registrar));
      await beyond(client.deleteRole({ roleId: strong.roleId }, registrar));
      await beyond(client.giveRoles({ userId: other.userId, roleIds: [strong.roleId] }, registrar));
      await client.giveRoles({ userId: other.userId, roleIds: [strong.roleId] }, as('admin'));
      await beyond(client.giveRoles({ userId: other.userId, roleIds: [] }, registrar));
      await beyond(client.deactivateUser({ userId: other.userId }, registrar));
      const peer = await newUser(['viewer']);
      await expect(client.giveRoles({ userId: peer.userId, roleIds: [weak.roleId] }, registrar)).resolves.toMatchObject({ customRoleIds: [weak.roleId] });
      await expect(client.deactivateUser({ userId: peer.userId }, registrar)).resolves.toMatchObject({ active: false });
      await expect(client.changeRoles({ userId: peer.userId, roles: ['privacy_officer', 'clinician'] }, as('admin'))).resolves.toBeDefined();
    });

    it('have names of their own and permissions that exist', async () => {
      const { roleId } = await client.defineRole({ ...librarian, name: 'Archivist' }, as('admin'));
      await expect(client.defineRole({ ...librarian, name: 'ARCHIVIST' }, as('admin'))).rejects.toEqual(code('ROLE_NAME_TAKEN'));
      await expect(client.defineRole({ ...librarian, name: 'Root', permissions: ['everything'] as never }, as('admin'))).rejects.toEqual(code('INVALID_INPUT'));
      const { userId } = await newUser(['viewer']);
      await expect(client.giveRoles({ userId, roleIds: [roleId, randomUUID()] }, as('admin'))).rejects.toEqual(code('ROLE_NOT_FOUND'));
      await expect(client.giveRoles({ userId: randomUUID(), roleIds: [roleId] }, as('admin'))).rejects.toEqual(code('USER_NOT_FOUND'));
      await expect(client.deleteRole({ roleId: randomUUID() }, as('admin'))).rejects.toEqual(code('ROLE_NOT_FOUND'));
    });

    it('are composed and given only with a fresh factor, and by nobody who merely reads them', async () => {
      const stale = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] } });
      await expect(client.defineRole(librarian, stale)).rejects.toEqual(code('STEP_UP_REQUIRED'));
      await expect(client.defineRole(librarian, as('privacy_officer'))).rejects.toEqual(code('FORBIDDEN'));
      await expect(client.listRoles({}, as('clinician'))).rejects.toEqual(code('FORBIDDEN'));
    });
  });
});
