import { Controller } from '@nestjs/common';
import { users, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { ProfilesService } from './profiles.service.js';

@Controller()
export class ProfilesHandlers {
  constructor(private readonly profiles: ProfilesService) {}

  @Handles(users.createUser)
  createUser(input: ParsedInputOf<typeof users.createUser>, call: Call) {
    return this.profiles.create(input, call);
  }

  @Handles(users.getUser)
  getUser({ userId }: ParsedInputOf<typeof users.getUser>) {
    return this.profiles.get(userId);
  }

  @Handles(users.readUser)
  readUser({ userId }: ParsedInputOf<typeof users.readUser>) {
    return this.profiles.get(userId);
  }

  @Handles(users.readOwnProfile)
  readOwnProfile(_: object, call: Call) {
    return this.profiles.get(call.user.userId);
  }

  @Handles(users.changeOwnProfile)
  changeOwnProfile({ displayName }: ParsedInputOf<typeof users.changeOwnProfile>, call: Call) {
    return this.profiles.rename(call.user.userId, displayName, call);
  }

  @Handles(users.listUsers)
  listUsers(query: ParsedInputOf<typeof users.listUsers>) {
    return this.profiles.list(query);
  }

  @Handles(users.listHolders)
  async listHolders({ role }: ParsedInputOf<typeof users.listHolders>) {
    return { userIds: await this.profiles.holdersOf(role) };
  }

  @Handles(users.countUsers)
  countUsers() {
    return this.profiles.count();
  }
}
