import { Controller } from '@nestjs/common';
import { users, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { AccessService } from './access.service.js';

@Controller()
export class AccessHandlers {
  constructor(private readonly access: AccessService) {}

  @Handles(users.changeRoles)
  changeRoles({ userId, roles }: ParsedInputOf<typeof users.changeRoles>, call: Call) {
    return this.access.change(userId, { roles }, call);
  }

  @Handles(users.deactivateUser)
  deactivateUser({ userId }: ParsedInputOf<typeof users.deactivateUser>, call: Call) {
    return this.access.change(userId, { active: false }, call);
  }

  @Handles(users.activateUser)
  activateUser({ userId }: ParsedInputOf<typeof users.activateUser>, call: Call) {
    return this.access.change(userId, { active: true }, call);
  }
}
