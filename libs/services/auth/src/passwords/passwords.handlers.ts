import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';
import { PasswordPolicy } from './password-policy.js';

@Controller()
export class PasswordsHandlers {
  constructor(private readonly policy: PasswordPolicy) {}

  @Handles(auth.checkPassword)
  checkPassword({ password, factorEnforced, ...person }: ParsedInputOf<typeof auth.checkPassword>) {
    return this.policy.check(password, person, { factorEnforced });
  }
}
