import { Injectable } from '@nestjs/common';
import { auth, type ParsedInputOf, type SignInAnswer } from '@voiceassist/contracts';
import { commonFailure, failure, type Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import type { Account } from '../accounts/account.entity.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { emailKeyOf } from '../accounts/email-key.js';
import { FactorProofs } from '../factors/factor-proofs.service.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { People } from '../people/people.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AddressAttemptsRepository } from './address-attempts.repository.js';
import { AttemptsRepository, passwordAttempts } from './attempts.repository.js';
import { countedSignIn } from './auth.metrics.js';

type Credentials = ParsedInputOf<typeof auth.login>;

/** A change of access during a sign-in is rare; two in a row hardly ever happen. */
const mostTries = 3;

/** Checks an e-mail address and a password; does the same work and answers the same for accounts that do not exist. */
@Injectable()
export class SignInService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly addresses: AddressAttemptsRepository,
    private readonly hasher: PasswordHasher,
    private readonly people: People,
    private readonly sessions: SessionsService,
    private readonly proofs: FactorProofs,
    private readonly passwords: PasswordPolicy,
  ) {}

  login(credentials: Credentials, call: Call): Promise<SignInAnswer> {
    return countedSignIn('password', () => this.signIn(credentials, call));
  }

  private async signIn(credentials: Credentials, call: Call): Promise<SignInAnswer> {
    const emailKey = emailKeyOf(credentials.email);
    await this.addresses.begin(call.clientAddress);
    await this.attempts.begin(passwordAttempts(emailKey));
    for (let tries = 0; tries < mostTries; tries += 1) {
      const account = await this.accounts.findByEmail(emailKey);
      if (account) noteForAudit(call, { subjects: { userId: account.userId } }); // whose account was tried, whatever the answer says
      const matches = await this.hasher.verify(account?.passwordHash ?? null, credentials.password);
      if (matches) await this.attempts.clear(passwordAttempts(emailKey));
      const user = account && matches ? await this.people.findActive(account.userId, call) : null;
      if (user) await this.addresses.takeBack(call.clientAddress);
      if (!account || !user) throw failure(auth.login, 'CREDENTIALS_REFUSED', 'E-mail address or password is wrong.');
      if (this.passwords.isTooShortFor(user, credentials.password)) await this.accounts.demandNewPassword(account);
      await this.renewHash(account, credentials.password);
      const { accessEpoch } = account;
      const { station } = credentials;
      const challenge = await this.proofs.ask({ purpose: 'sign-in', userId: user.userId, accessEpoch, station });
      if (challenge) return { kind: 'factor-required', ...challenge };
      const pair = await this.sessions.open(user, accessEpoch, { station, device: call.clientDevice });
      if (pair) return { kind: 'signed-in', ...pair };
    }
    throw commonFailure('UNAVAILABLE', 'This account is being changed. Try again.');
  }

  private async renewHash(account: Account, password: string): Promise<void> {
    if (account.passwordHash === null || !this.hasher.isOutdated(account.passwordHash)) return;
    await this.accounts.renewHash(account, await this.hasher.hash(password));
  }
}
