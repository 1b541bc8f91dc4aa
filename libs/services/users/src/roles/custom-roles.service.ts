import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Permission, permissionTable, Role, users, type CustomRole, type ParsedInputOf, type User } from '@voiceassist/contracts';
import { assertWithin, failure, type Call } from '@voiceassist/kit';
import { noteChange, Outbox } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { Profile } from '../profiles/profile.entity.js';
import { ProfilesRepository } from '../profiles/profiles.repository.js';
import { toUser } from '../profiles/to-user.js';
import { CustomRolesRepository } from './custom-roles.repository.js';

type Fields = ParsedInputOf<typeof users.defineRole>;

const unknownRole = () => failure(users.changeRole, 'ROLE_NOT_FOUND', 'There is no such role.');
const nameTaken = () => failure(users.defineRole, 'ROLE_NAME_TAKEN', 'There is a role of that name already.', { field: 'name' });

/** Roles that an installation composes, by people who hold what they put into them; whoever holds one that changes has to sign in again. */
@Injectable()
export class CustomRoles {
  constructor(
    private readonly roles: CustomRolesRepository,
    private readonly profiles: ProfilesRepository,
    private readonly outbox: Outbox,
  ) {}

  async list() {
    return { house: Role.options.map((role) => ({ role, permissions: reachesOf(role) })), custom: await this.roles.list() };
  }

  async define(fields: Fields, call: Call): Promise<CustomRole> {
    const roleId = randomUUID();
    assertWithin({ permissions: fields.permissions }, call.actor);
    return this.changing(roleId, call, async (manager) => {
      if (!(await this.roles.save(manager, { roleId, ...fields }))) throw nameTaken();
    });
  }

  async change({ roleId, ...fields }: ParsedInputOf<typeof users.changeRole>, call: Call): Promise<CustomRole> {
    assertWithin({ permissions: fields.permissions }, call.actor);
    return this.changing(roleId, call, async (manager) => {
      const before = await this.roles.find(roleId, manager);
      if (!before) throw unknownRole();
      assertWithin({ permissions: before.permissions }, call.actor);
      if (!(await this.roles.save(manager, { roleId, ...fields }))) throw nameTaken();
      await this.tellHolders(manager, roleId, call);
    });
  }

  async delete(roleId: string, call: Call): Promise<void> {
    await this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const before = await this.roles.find(roleId, manager);
      if (!before) throw unknownRole();
      assertWithin({ permissions: before.permissions }, call.actor);
      noteChange(call, { before });
      await this.tellHolders(manager, roleId, call);
      await this.roles.delete(manager, roleId);
    });
  }

  async give({ userId, roleIds }: ParsedInputOf<typeof users.giveRoles>, call: Call): Promise<User> {
    const given = [...new Set(roleIds)];
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const profile = await this.profiles.find(userId, manager);
      if (!profile) throw failure(users.giveRoles, 'USER_NOT_FOUND', 'There is no such person.');
      if (!(await this.roles.allExist(manager, given))) throw unknownRole();
      assertWithin({ roles: profile.roles, permissions: await this.roles.permissionsOf(profile.customRoleIds, manager) }, call.actor);
      assertWithin({ permissions: await this.roles.permissionsOf(given, manager) }, call.actor);
      const before = toUser(profile);
      profile.customRoleIds = given;
      await manager.update(Profile, { userId }, { customRoleIds: given });
      await this.tell(manager, [profile], call);
      const after = toUser(profile);
      noteChange(call, { before, after });
      return after;
    });
  }

  private changing(roleId: string, call: Call, change: (manager: EntityManager) => Promise<void>): Promise<CustomRole> {
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const before = await this.roles.find(roleId, manager);
      await change(manager);
      const role = await this.roles.find(roleId, manager);
      if (!role) throw unknownRole();
      noteChange(call, { before: before ?? undefined, after: role });
      return role;
    });
  }

  private async tellHolders(manager: EntityManager, roleId: string, call: Call): Promise<void> {
    await this.tell(manager, await this.roles.holders(manager, roleId), call);
  }

  private async tell(manager: EntityManager, people: readonly Pick<Profile, 'userId' | 'roles' | 'active'>[], call: Call): Promise<void> {
    for (const { userId, roles, active } of people) await this.outbox.publish(manager, users.accessChanged, { userId, active, roles }, call);
  }
}

function reachesOf(role: Role): Record<string, string> {
  const rows: Record<Permission, Partial<Record<Role, string>>> = permissionTable;
  return Object.fromEntries(Permission.options.flatMap((permission) => (rows[permission][role] ? [[permission, rows[permission][role]]] : [])));
}
