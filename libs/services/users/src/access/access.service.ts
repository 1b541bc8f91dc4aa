import { Injectable } from '@nestjs/common';
import { users, type Role, type User } from '@voiceassist/contracts';
import { assertWithin, failure, type Call } from '@voiceassist/kit';
import { noteChange, Outbox } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { Profile } from '../profiles/profile.entity.js';
import { ProfilesRepository } from '../profiles/profiles.repository.js';
import { toUser } from '../profiles/to-user.js';
import { CustomRolesRepository } from '../roles/custom-roles.repository.js';

export interface AccessChange {
  readonly roles?: readonly Role[];
  readonly active?: boolean;
}

const isAdministrator = ({ active, roles }: Pick<Profile, 'active' | 'roles'>) => active && roles.includes('admin');
const sameRoles = (left: readonly Role[], right: readonly Role[]) => left.length === right.length && left.every((role) => right.includes(role));

/** Changes what people may do, within what the one who does it holds; there is always at least one active administrator. */
@Injectable()
export class AccessService {
  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly outbox: Outbox,
    private readonly customRoles: CustomRolesRepository,
  ) {}

  async change(userId: string, change: AccessChange, call: Call): Promise<User> {
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const profile = await this.profiles.find(userId, manager);
      if (!profile) throw failure(users.changeRoles, 'USER_NOT_FOUND', 'There is no such person.');
      assertWithin({ roles: profile.roles, permissions: await this.customRoles.permissionsOf(profile.customRoleIds, manager) }, call.actor);
      assertWithin({ roles: change.roles }, call.actor);
      const before = toUser(profile);
      await this.apply(manager, { profile, change }, call);
      const after = toUser(profile);
      noteChange(call, { before, after });
      return after;
    });
  }

  /** Writes the profile with the change and tells of it where something changed; the caller holds the access lock. */
  async apply(manager: EntityManager, { profile, change }: { profile: Profile; change: AccessChange }, call: Call): Promise<void> {
    const wasAdministrator = isAdministrator(profile);
    const roles = [...new Set(change.roles ?? profile.roles)];
    const active = change.active ?? profile.active;
    const changed = active !== profile.active || !sameRoles(roles, profile.roles);
    Object.assign(profile, { roles, active });
    if (wasAdministrator && !isAdministrator(profile) && !(await this.profiles.hasOtherAdministrator(manager, profile.userId))) {
      throw failure(users.changeRoles, 'LAST_ADMINISTRATOR', 'The last active administrator has to stay one.');
    }
    await manager.update(Profile, { userId: profile.userId }, { roles, active });
    if (changed) await this.outbox.publish(manager, users.accessChanged, { userId: profile.userId, active, roles }, call);
  }
}
