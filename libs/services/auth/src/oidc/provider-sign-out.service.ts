import { Injectable } from '@nestjs/common';
import type { Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { AuthConfig } from '../auth.config.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { ProviderAttempts } from './attempts.repository.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentityProviders } from './identity-providers.js';
import { claimedIssuerOf, type LogoutOrder } from './logout-token.js';
import { logoutTokenRefused } from './oidc-failures.js';

/** Signing out in one place ends the session in the other. */
@Injectable()
export class ProviderSignOut {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly identities: IdentitiesRepository,
    private readonly attempts: ProviderAttempts,
    private readonly sessions: SessionsRepository,
    private readonly config: AuthConfig,
  ) {}

  /** Where the caller ends the session at the provider that opened this one. */
  async urlFor(call: Call): Promise<string | undefined> {
    if (this.providers.all.length === 0) return undefined;
    const opener = await this.identities.openerOf(call.user.sessionId);
    const url = opener && (await this.providers.find(opener.providerId)?.signOutUrl(new URL('/', this.config.PUBLIC_URL).href));
    return url ?? undefined;
  }

  /** The provider says that somebody has signed out there. The token serves once. */
  async end(logoutToken: string, call: Call): Promise<void> {
    const issuer = claimedIssuerOf(logoutToken);
    const provider = issuer === null ? null : this.providers.findByIssuer(issuer);
    if (!provider) throw logoutTokenRefused();
    const order = await provider.readLogoutToken(logoutToken);
    if (!(await this.attempts.seeFirst(logoutToken, order.expiresAt))) throw logoutTokenRefused();
    const identity = order.subject === undefined ? null : await this.identities.find(provider.settings.issuer, order.subject);
    if (identity) noteForAudit(call, { subjects: { userId: identity.userId } });
    await this.identities.transaction(async (manager) => {
      const sessionIds = await this.concerned(manager, provider.settings.issuer, { order, identityId: identity?.identityId });
      await this.sessions.endThese(manager, sessionIds, 'provider-logout');
    });
  }

  private async concerned(manager: EntityManager, issuer: string, { order, identityId }: { order: LogoutOrder; identityId?: string }): Promise<string[]> {
    const { subject, providerSession } = order;
    if (subject !== undefined) return identityId === undefined ? [] : this.identities.sessionsOf(manager, identityId, providerSession);
    return providerSession === undefined ? [] : this.identities.sessionsAt(manager, issuer, providerSession);
  }
}
