import { Controller } from '@nestjs/common';
import { users, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { CustomRoles } from './custom-roles.service.js';

@Controller()
export class RolesHandlers {
  constructor(private readonly roles: CustomRoles) {}

  @Handles(users.listRoles)
  listRoles() {
    return this.roles.list();
  }

  @Handles(users.defineRole)
  defineRole(input: ParsedInputOf<typeof users.defineRole>, call: Call) {
    return this.roles.define(input, call);
  }

  @Handles(users.changeRole)
  changeRole(input: ParsedInputOf<typeof users.changeRole>, call: Call) {
    return this.roles.change(input, call);
  }

  @Handles(users.deleteRole)
  async deleteRole({ roleId }: ParsedInputOf<typeof users.deleteRole>, call: Call) {
    await this.roles.delete(roleId, call);
    return {};
  }

  @Handles(users.giveRoles)
  giveRoles(input: ParsedInputOf<typeof users.giveRoles>, call: Call) {
    return this.roles.give(input, call);
  }
}
