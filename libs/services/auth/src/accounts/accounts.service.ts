import { Injectable } from '@nestjs/common';
import { auth, type Role, type SignedInUser } from '@voiceassist/contracts';
import { AppError, commonFailure, failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { Notices } from '../mail/notices.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { People } from '../people/people.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { AttemptsRepository, factorAttempts, letterRequests, passwordAttempts } from '../sign-in/attempts.repository.js';
import type { EntityManager } from 'typeorm';
import type { Account } from './account.entity.js';
import { AccountsRepository } from './accounts.repository.js';
import { emailKeyOf } from './email-key.js';

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly roles: Role[];
  /** Somebody else chose the password, and its owner has to replace it. */
  readonly passwordGiven?: boolean;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Creates accounts and changes their passwords. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordPolicy,
    private readonly people: People,
    private readonly sessions: SessionsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly notices: Notices,
    private readonly attempts: AttemptsRepository,
  ) {}

  /**
   * The address is reserved first, then `users` gets the profile, then the credential makes it an account: what is
   * interrupted in between can be repeated and never leaves an account without a profile.
   * `beforeCommit` runs in the last step and can still prevent it by throwing.
   */
  async create(account: NewAccount, call: Call, beforeCommit: (manager: EntityManager, userId: string) => void | Promise<void> = () => {}): Promise<SignedInUser> {
    await this.passwords.assertGood(account.password, account);
    const reservation = await this.accounts.reserve(emailKeyOf(account.email));
    if (reservation === 'taken') throw emailTaken();
    if (reservation === 'busy') throw underWay();
    const passwordHash = await this.hasher.hash(account.password);
    const { email, displayName, roles, passwordGiven = false } = account;
    try {
      const user = await this.people.create({ userId: reservation.userId, email, displayName, roles }, call);
      await this.accounts.transaction(async (manager) => {
        if (!(await this.accounts.activate(manager, reservation, { passwordHash, passwordGiven }))) throw underWay();
        await beforeCommit(manager, reservation.userId);
      });
      return user;
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'INTERNAL';
      if (code === 'EMAIL_TAKEN') await this.accounts.release(reservation);
      if (code === 'UNAVAILABLE') await this.accounts.unclaim(reservation);
      throw error;
    }
  }

  /** Ends all sessions of the person and all keys, so that whoever knew the old password is out. */
  async changePassword({ currentPassword, newPassword }: PasswordChange, call: Call): Promise<void> {
    const account = await this.accounts.find(call.user.userId);
    if (!account) throw commonFailure('UNAUTHENTICATED', 'This account does not exist any more.');
    await this.attempts.begin(passwordAttempts(account.emailKey));
    if (!(await this.hasher.verify(account.passwordHash, currentPassword))) throw wrongPassword();
    await this.attempts.clear(passwordAttempts(account.emailKey));
    if (account.passwordGiven && (await this.hasher.verify(account.passwordHash, newPassword))) throw sameAsGiven();
    const person = await this.people.findActive(account.userId, call);
    await this.passwords.assertGood(newPassword, person ?? { email: account.emailKey, displayName: '', roles: [] });
    noteChange(call, await this.setPassword(account, newPassword));
  }

  /** Ends all sessions and keys of the person, and answers what was stored before and after for the audit; `within` happens in the same transaction and can prevent it by throwing. */
  async setPassword(account: Account, newPassword: string, within: (manager: EntityManager) => Promise<void> = async () => {}): Promise<{ before: object; after: object }> {
    const changed = await this.hasher.hash(newPassword);
    await this.accounts.transaction(async (manager) => {
      await within(manager);
      if (!(await this.accounts.changePassword(manager, account, changed))) throw wrongPassword();
      await this.accounts.moveEpoch(manager, account.userId);
      await this.notices.passwordChanged(manager, account.userId);
      await this.sessions.endAllOf(manager, account.userId, 'password-changed');
      await this.apiKeys.revokeAllOf(manager, account.userId);
    });
    const { userId } = account;
    return { before: { userId, passwordHash: account.passwordHash }, after: { userId, passwordHash: changed } };
  }

  async unlock(userId: string, call: Call): Promise<void> {
    const account = await this.accounts.find(userId);
    if (!account) throw failure(auth.unlockAccount, 'USER_NOT_FOUND', 'There is no such account.');
    await this.people.assertWithinReach(userId, call);
    await this.accounts.transaction(async (manager) => {
      const failures: number[] = [];
      for (const key of [passwordAttempts(account.emailKey), factorAttempts(userId), letterRequests(account.emailKey)]) {
        failures.push(await this.attempts.failuresOf(key, manager));
        await this.attempts.clear(key, manager);
      }
      noteChange(call, { before: { userId, failures }, after: { userId, failures: failures.map(() => 0) } });
    });
  }
}

const emailTaken = () => failure(auth.register, 'EMAIL_TAKEN', 'This e-mail address is in use.');
const underWay = () => commonFailure('UNAVAILABLE', 'An account with this address is being created. Try again in half a minute.');
const sameAsGiven = () => failure(auth.changePassword, 'PASSWORD_REFUSED', 'Choose another password than the present one.', { field: 'newPassword', details: { reason: 'given' } });
const wrongPassword = () => failure(auth.changePassword, 'CREDENTIALS_REFUSED', 'The current password is wrong.');
