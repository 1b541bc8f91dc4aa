import { Controller } from '@nestjs/common';
import { auth, users, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles, type WorkOf } from '@voiceassist/messaging';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { ProviderSignOut } from '../oidc/provider-sign-out.service.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { OwnSessions } from './own-sessions.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Controller()
export class SessionsHandlers {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
    private readonly own: OwnSessions,
    private readonly repository: SessionsRepository,
    private readonly accounts: AccountsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly providers: ProviderSignOut,
  ) {}

  @Handles(auth.login)
  login(input: ParsedInputOf<typeof auth.login>, call: Call) {
    return this.signIn.login(input, call);
  }

  @Handles(auth.refresh)
  refresh(input: ParsedInputOf<typeof auth.refresh>, call: Call) {
    return this.sessions.refresh(input, call);
  }

  @Handles(auth.logout)
  async logout(_: object, call: Call) {
    const providerLogoutUrl = await this.providers.urlFor(call);
    await this.sessions.logout(call);
    return { providerLogoutUrl };
  }

  @Handles(auth.logoutAll)
  async logoutAll(_: object, call: Call) {
    return { endedSessions: await this.sessions.logoutAll(call) };
  }

  @Handles(auth.listSessions)
  async listSessions(_: object, call: Call) {
    return { sessions: await this.own.list(call) };
  }

  @Handles(auth.endSession)
  async endSession({ sessionId }: ParsedInputOf<typeof auth.endSession>, call: Call) {
    await this.own.end(sessionId, call);
    return {};
  }

  @Handles(auth.me)
  me(_: object, call: Call) {
    return this.sessions.me(call);
  }

  /** Roles or activity changed: what was granted before must not be used any longer. */
  @Handles(users.accessChanged)
  async endSessions({ userId }: PayloadOf<typeof users.accessChanged>, _: Call, { manager }: WorkOf<typeof users.accessChanged>) {
    await this.accounts.moveEpoch(manager, userId);
    await this.repository.endAllOf(manager, userId, 'access-changed');
    await this.apiKeys.revokeAllOf(manager, userId);
  }
}
