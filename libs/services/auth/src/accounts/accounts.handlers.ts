import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import { assertWithin, failure, type Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { AuthConfig } from '../auth.config.js';
import { Mail } from '../mail/mail.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { AccountsService } from './accounts.service.js';

@Controller()
export class AccountsHandlers {
  constructor(
    private readonly accounts: AccountsService,
    private readonly signIn: SignInService,
    private readonly config: AuthConfig,
    private readonly mail: Mail,
  ) {}

  @Handles(auth.register)
  async register(input: ParsedInputOf<typeof auth.register>, call: Call) {
    if (this.config.AUTH_REGISTRATION === 'closed') {
      throw failure(auth.register, 'REGISTRATION_CLOSED', 'Ask an administrator for an account.');
    }
    // who signs in at once learns whether the address had an account; by mail only its owner does
    if (this.mail.isOn) throw failure(auth.register, 'REGISTRATION_CLOSED', 'Ask for an account by mail: POST /api/auth/registration.');
    await this.accounts.create({ ...input, roles: ['viewer'] }, call);
    const answer = await this.signIn.login({ ...input, station: 'own' }, call);
    if (answer.kind !== 'signed-in') throw new Error('a new account has no second factor');
    return answer;
  }

  @Handles(auth.createAccount)
  async createAccount(input: ParsedInputOf<typeof auth.createAccount>, call: Call) {
    assertWithin(input, call.actor);
    return this.accounts.create({ ...input, passwordGiven: true }, call);
  }

  @Handles(auth.changePassword)
  async changePassword(input: ParsedInputOf<typeof auth.changePassword>, call: Call) {
    await this.accounts.changePassword(input, call);
    return {};
  }

  @Handles(auth.unlockAccount)
  async unlockAccount({ userId }: ParsedInputOf<typeof auth.unlockAccount>, call: Call) {
    await this.accounts.unlock(userId, call);
    return {};
  }
}
