import { Injectable } from '@nestjs/common';
import { freshFactorSeconds, type oidcOperations, type ParsedInputOf, type SignInAnswer } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import { FactorProofs } from '../factors/factor-proofs.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AddressAttemptsRepository } from '../sign-in/address-attempts.repository.js';
import { countedSignIn } from '../sign-in/auth.metrics.js';
import { newState, newTicket, proofsOf } from './attempt-secrets.js';
import { ProviderAttempts, type ProviderAttempt } from './attempts.repository.js';
import type { ProvenIdentity } from './claims.js';
import { IdentityProviders } from './identity-providers.js';
import { attemptExpired } from './oidc-failures.js';
import { ProviderAccounts } from './provider-accounts.service.js';

export type Returned = ParsedInputOf<typeof oidcOperations.completeProviderSignIn>;

/** Sends people to an identity provider and lets them in with what it says of them. */
@Injectable()
export class ProviderSignIn {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly attempts: ProviderAttempts,
    private readonly accounts: ProviderAccounts,
    private readonly addresses: AddressAttemptsRepository,
    private readonly proofs: FactorProofs,
    private readonly sessions: SessionsService,
  ) {}

  async begin(attempt: ProviderAttempt): Promise<{ authorizationUrl: string; ticket: string }> {
    const provider = this.providers.get(attempt.providerId);
    const [ticket, state] = [newTicket(), newState()];
    const authorizationUrl = await provider.authorizationUrl(state, proofsOf(ticket));
    await this.attempts.keep({ ticket, state }, attempt);
    return { authorizationUrl, ticket };
  }

  /** Who has signed in at the provider: only for the browser, the provider and the session with which it was begun. */
  async prove(returned: Returned, sessionId?: string): Promise<{ proven: ProvenIdentity; attempt: ProviderAttempt }> {
    const provider = this.providers.get(returned.providerId);
    const attempt = await this.attempts.use(returned, returned.providerId);
    if (!attempt || attempt.sessionId !== sessionId) throw attemptExpired();
    return { attempt, proven: await provider.redeem(returned, proofsOf(returned.ticket)) };
  }

  complete(returned: Returned, call: Call): Promise<SignInAnswer> {
    return countedSignIn('oidc', () => this.letIn(returned, call));
  }

  private async letIn(returned: Returned, call: Call): Promise<SignInAnswer> {
    await this.addresses.begin(call.clientAddress);
    const { attempt, proven } = await this.prove(returned);
    const { account, user, identity } = await this.accounts.open(proven, this.providers.get(returned.providerId).settings, call);
    await this.addresses.takeBack(call.clientAddress);
    const { accessEpoch } = account;
    const { station } = attempt;
    const openedBy = { identityId: identity.identityId, providerSession: proven.providerSession };
    const challenge = proven.showedFactor ? null : await this.proofs.ask({ purpose: 'sign-in', userId: user.userId, accessEpoch, station, openedBy });
    if (challenge) return { kind: 'factor-required', ...challenge };
    const pair = await this.sessions.open(user, accessEpoch, { station, device: call.clientDevice, openedBy, factorAt: proven.showedFactor ? notFresh() : undefined });
    if (!pair) throw commonFailure('UNAVAILABLE', 'This account is being changed. Try again.');
    return { kind: 'signed-in', ...pair };
  }
}

/** The provider's factor opens the session; what asks for a fresh one asks for one of ours. */
const notFresh = () => new Date(Date.now() - (freshFactorSeconds + 1) * 1_000);
