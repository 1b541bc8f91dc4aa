import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Identity } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { FactorsRepository } from '../factors/factors.repository.js';
import { Notices } from '../mail/notices.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { IdentitiesRepository } from './identities.repository.js';
import type { FederatedIdentity } from './identity.entity.js';
import { IdentityProviders } from './identity-providers.js';
import { identityNeeded, identityNotFound, identityTaken, tooManyIdentities } from './oidc-failures.js';
import { ProviderSignIn, type Returned } from './provider-sign-in.service.js';

const mostIdentities = 10;

/** What people see of the identities that open their account, and how they link and unlink one. */
@Injectable()
export class OwnIdentities {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly providers: IdentityProviders,
    private readonly signIn: ProviderSignIn,
    private readonly accounts: AccountsRepository,
    private readonly factors: FactorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly notices: Notices,
  ) {}

  async list(call: Call): Promise<Identity[]> {
    return (await this.identities.list(call.user.userId)).map((identity) => this.shown(identity));
  }

  begin(providerId: string, call: Call) {
    return this.signIn.begin({ providerId, sessionId: call.user.sessionId, station: 'own' });
  }

  /** Whoever has the session and a fresh factor owns the account; whoever signed in at the provider owns the identity. */
  async link(returned: Returned, call: Call): Promise<Identity> {
    const { userId, sessionId } = call.user;
    const { proven } = await this.signIn.prove(returned, sessionId);
    const held = await this.identities.list(userId);
    const { id: providerId, issuer } = this.providers.get(returned.providerId).settings;
    const same = held.find((identity) => identity.issuer === issuer && identity.subject === proven.subject);
    if (same) return this.shown(same);
    if (held.length >= mostIdentities) throw tooManyIdentities(mostIdentities);
    const identity = { identityId: randomUUID(), userId, providerId, issuer, subject: proven.subject, madeAccount: false, linkedAt: new Date(), lastUsedAt: null };
    await this.identities.transaction(async (manager) => {
      if (!(await this.identities.insert(manager, identity))) throw identityTaken();
      await this.notices.identityChanged(manager, userId, 'linked');
    });
    return this.shown(identity);
  }

  async unlink(identityId: string, call: Call): Promise<void> {
    const { userId } = call.user;
    const held = await this.identities.list(userId);
    const identity = held.find((each) => each.identityId === identityId);
    if (!identity) throw identityNotFound();
    if (held.length === 1 && !(await this.canDoWithout(identity))) throw identityNeeded();
    await this.identities.transaction(async (manager) => {
      const sessionIds = await this.identities.sessionsOf(manager, identityId);
      await this.identities.delete(manager, identityId);
      await this.sessions.endThese(manager, sessionIds, 'identity-unlinked');
      await this.notices.identityChanged(manager, userId, 'unlinked');
    });
  }

  /** The account was there before the identity, or has a password that somebody chose, or a passkey. */
  private async canDoWithout({ userId, madeAccount, linkedAt }: FederatedIdentity): Promise<boolean> {
    if (!madeAccount) return true;
    const account = await this.accounts.find(userId);
    if (account?.passwordChangedAt && account.passwordChangedAt.getTime() > linkedAt.getTime() + 1_000) return true; // the random one came with the account
    return (await this.factors.list(userId)).some(({ kind }) => kind === 'passkey');
  }

  private shown({ identityId, providerId, linkedAt, lastUsedAt }: FederatedIdentity): Identity {
    const label = this.providers.find(providerId)?.settings.label ?? providerId;
    return { identityId, providerId, label, linkedAt: linkedAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
  }
}
