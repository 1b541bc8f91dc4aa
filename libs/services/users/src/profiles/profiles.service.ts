import { Injectable } from '@nestjs/common';
import { paginationOf, users, type PageQuery, type ParsedInputOf, type Role, type User } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { AccessService } from '../access/access.service.js';
import { CustomRolesRepository } from '../roles/custom-roles.repository.js';
import { emailKeyOf } from './email-key.js';
import { Profile } from './profile.entity.js';
import { ProfilesRepository } from './profiles.repository.js';
import { toUser } from './to-user.js';

@Injectable()
export class ProfilesService {
  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly access: AccessService,
    private readonly customRoles: CustomRolesRepository,
  ) {}

  async create(input: ParsedInputOf<typeof users.createUser>, call: Call): Promise<User> {
    const emailKey = emailKeyOf(input.email);
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const inserted = await this.profiles.insert(manager, { ...input, emailKey, roles: [...new Set(input.roles)] });
      const profile = await this.profiles.find(input.userId, manager);
      if (profile?.emailKey !== emailKey) throw failure(users.createUser, 'EMAIL_TAKEN', 'This e-mail address is in use.');
      if (!inserted) {
        profile.displayName = input.displayName;
        await manager.update(Profile, { userId: input.userId }, { displayName: input.displayName });
        await this.access.apply(manager, { profile, change: { roles: input.roles } }, call);
      }
      const user = toUser(profile);
      noteChange(call, { after: user });
      return user;
    });
  }

  async get(userId: string): Promise<User> {
    const profile = await this.existing(userId);
    return { ...toUser(profile), permissions: await this.customRoles.permissionsOf(profile.customRoleIds) };
  }

  async rename(userId: string, displayName: string, call: Call): Promise<User> {
    return this.profiles.transaction(async (manager) => {
      const profile = await this.profiles.find(userId, manager);
      if (!profile) throw failure(users.changeOwnProfile, 'USER_NOT_FOUND', 'There is no such person.');
      const before = toUser(profile);
      profile.displayName = displayName;
      await manager.update(Profile, { userId }, { displayName });
      const after = toUser(profile);
      noteChange(call, { before, after });
      return after;
    });
  }

  async list(query: PageQuery) {
    const [found, total] = await this.profiles.page(query);
    return { items: found.map(toUser), pagination: paginationOf(query, total) };
  }

  holdersOf(role: Role): Promise<string[]> {
    return this.profiles.activeHolders(role);
  }

  count() {
    return this.profiles.counts();
  }

  private async existing(userId: string): Promise<Profile> {
    const profile = await this.profiles.find(userId);
    if (!profile) throw failure(users.getUser, 'USER_NOT_FOUND', 'There is no such person.');
    return profile;
  }
}
