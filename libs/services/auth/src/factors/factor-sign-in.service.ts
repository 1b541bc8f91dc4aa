import { Injectable } from '@nestjs/common';
import type { FactorChallenge, FactorProof, ParsedInputOf, TokenPair, auth } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { People } from '../people/people.js';
import { countedSignIn } from '../sign-in/auth.metrics.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ChallengesRepository } from './challenges/challenges.repository.js';
import { challengeExpired, factorRefused, FactorProofs } from './factor-proofs.service.js';
import { FactorsRepository } from './factors.repository.js';
import { Passkeys } from './passkeys/passkeys.service.js';

/** Completes sign-ins: with a second factor after the password, or with a passkey alone. */
@Injectable()
export class FactorSignIn {
  constructor(
    private readonly proofs: FactorProofs,
    private readonly challenges: ChallengesRepository,
    private readonly factors: FactorsRepository,
    private readonly passkeys: Passkeys,
    private readonly accounts: AccountsRepository,
    private readonly people: People,
    private readonly sessions: SessionsService,
  ) {}

  /** What was promised to the right password holds only as long as nothing has changed about the account since. */
  verify(proof: FactorProof, call: Call): Promise<TokenPair> {
    return countedSignIn('second-factor', () => this.complete(proof, call));
  }

  private async complete(proof: FactorProof, call: Call): Promise<TokenPair> {
    const { userId, accessEpoch, station, openedBy } = await this.proofs.check({ proof, purpose: 'sign-in' }, call);
    const user = await this.people.findActive(userId, call);
    if (!user || accessEpoch === undefined) throw challengeExpired();
    const pair = await this.sessions.open(user, accessEpoch, { station, device: call.clientDevice, openedBy, factorAt: new Date() });
    if (!pair) throw challengeExpired();
    return pair;
  }

  async beginWithPasskey(): Promise<{ challenge: string; passkeyOptions: NonNullable<FactorChallenge['passkeyOptions']> }> {
    const { text, nonce } = await this.challenges.issue({ purpose: 'passkey-sign-in' });
    return { challenge: text, passkeyOptions: this.passkeys.requestOptions(nonce, []) };
  }

  withPasskey(shown: ParsedInputOf<typeof auth.signInWithPasskey>, call: Call): Promise<TokenPair> {
    return countedSignIn('passkey', () => this.acceptPasskey(shown, call));
  }

  private async acceptPasskey({ challenge, assertion, station }: ParsedInputOf<typeof auth.signInWithPasskey>, call: Call): Promise<TokenPair> {
    const tried = await this.challenges.try(challenge, 'passkey-sign-in');
    if (!tried) throw challengeExpired();
    const passkey = await this.factors.findByCredential(assertion.id);
    // without a name it is the handle that says whose passkey it is
    if (passkey) noteForAudit(call, { subjects: { userId: passkey.userId } });
    if (!passkey || assertion.response.userHandle === undefined) throw factorRefused();
    const account = await this.accounts.find(passkey.userId);
    if (!(await this.passkeys.accept(assertion, tried.nonce, passkey))) throw factorRefused();
    if (!(await this.challenges.redeem(tried))) throw challengeExpired();
    const user = account && (await this.people.findActive(passkey.userId, call));
    if (!user) throw factorRefused();
    const pair = await this.sessions.open(user, account.accessEpoch, { station, device: call.clientDevice, factorAt: new Date() });
    if (!pair) throw commonFailure('UNAVAILABLE', 'This account is being changed. Try again.');
    return pair;
  }
}
