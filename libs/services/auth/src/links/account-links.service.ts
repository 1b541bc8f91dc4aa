import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type LinkKind, type ParsedInputOf, type SignedInUser } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { Jobs, noteChange, noteForAudit } from '@voiceassist/messaging';
import type { Account } from '../accounts/account.entity.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { emailKeyOf } from '../accounts/email-key.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { People } from '../people/people.js';
import { AddressAttemptsRepository } from '../sign-in/address-attempts.repository.js';
import { AttemptsRepository, letterRequests, passwordAttempts } from '../sign-in/attempts.repository.js';
import type { Link } from './link.entity.js';
import { linkNotValid, Links } from './links.service.js';
import { LinksRepository } from './links.repository.js';

const passwordKinds: readonly LinkKind[] = ['invitation', 'password-reset'];
const allKinds: readonly LinkKind[] = [...passwordKinds, 'verification'];

interface LinkHolder {
  readonly link: Link;
  readonly account: Account;
  readonly person: SignedInUser;
}

/** What links do to accounts: begin them, give them a new password, prove their address. */
@Injectable()
export class AccountLinks {
  constructor(
    private readonly links: Links,
    private readonly repository: LinksRepository,
    private readonly accounts: AccountsRepository,
    private readonly creation: AccountsService,
    private readonly passwords: PasswordPolicy,
    private readonly people: People,
    private readonly jobs: Jobs,
    private readonly attempts: AttemptsRepository,
    private readonly addresses: AddressAttemptsRepository,
  ) {}

  /** Until the invitation is taken up, the account has a password that nobody knows. */
  async invite(account: ParsedInputOf<typeof auth.inviteUser>, call: Call): Promise<SignedInUser> {
    const user = await this.creation.create({ ...account, password: randomBytes(32).toString('base64url') }, call);
    await this.enqueue({ kind: 'invitation', userId: user.userId }, call);
    return user;
  }

  async send(userId: string, kind: LinkKind, call: Call): Promise<void> {
    if (!(await this.accounts.find(userId))) throw failure(auth.sendLink, 'USER_NOT_FOUND', 'There is no such account.');
    await this.people.assertWithinReach(userId, call);
    await this.repository.transaction(async (manager) => {
      await this.repository.end(manager, userId, kind);
      await this.enqueue({ kind, userId }, call, manager);
    });
  }

  /** The same work for every address: whether there is an account is found out when the letter is written. */
  async requestReset(email: string, call: Call): Promise<void> {
    const emailKey = emailKeyOf(email);
    await this.addresses.begin(call.clientAddress);
    await this.attempts.begin(letterRequests(emailKey));
    const account = await this.accounts.findByEmail(emailKey);
    if (account) noteForAudit(call, { subjects: { userId: account.userId } }); // the row is no answer: who asked does not see it
    await this.enqueue({ kind: 'password-reset', userId: account?.userId ?? randomUUID() }, call);
  }

  /** Shows an administrator a link that no mail has carried; the row in the audit names whose it is. */
  async reveal(linkId: string, call: Call): Promise<{ url: string; expiresAt: string }> {
    const link = await this.links.getUnmailed(linkId);
    noteForAudit(call, { subjects: { userId: link.userId } });
    await this.people.assertWithinReach(link.userId, call);
    const { url, expiresAt } = await this.links.reveal(link);
    return { url, expiresAt: expiresAt.toISOString() };
  }

  requestVerification(call: Call): Promise<void> {
    return this.enqueue({ kind: 'verification', userId: call.user.userId }, call);
  }

  async read(token: string, call: Call) {
    const { link, person } = await this.holderOf(token, allKinds, call);
    const { email, displayName } = person;
    return { kind: link.kind, email, displayName, shortestPassword: this.passwords.shortestFor(person), expiresAt: (link.tokenExpiresAt ?? link.createdAt).toISOString() };
  }

  /** A refused password leaves the link as it was. */
  async choosePassword({ token, newPassword }: ParsedInputOf<typeof auth.choosePassword>, call: Call): Promise<void> {
    const { link, account, person } = await this.holderOf(token, passwordKinds, call);
    await this.passwords.assertGood(newPassword, person);
    const stored = await this.creation.setPassword(account, newPassword, async (manager) => {
      await this.links.use(manager, link, token);
      await this.repository.endPasswordLinks(manager, account.userId);
      for (const key of [passwordAttempts(account.emailKey), letterRequests(account.emailKey)]) await this.attempts.clear(key, manager);
      if (link.mailed) await this.accounts.noteVerified(manager, account.userId);
    });
    noteChange(call, stored);
  }

  /** Proves an address only if a mail carried the link: one that an administrator handed over proves nothing. */
  async verifyEmail(token: string, call: Call): Promise<void> {
    const { link, account } = await this.holderOf(token, ['verification'], call);
    await this.repository.transaction(async (manager) => {
      await this.links.use(manager, link, token);
      await this.accounts.noteVerified(manager, account.userId);
    });
  }

  private async holderOf(token: string, kinds: readonly LinkKind[], call: Call): Promise<LinkHolder> {
    const link = await this.links.read(token, kinds);
    noteForAudit(call, { subjects: { userId: link.userId, linkId: link.linkId } });
    const account = await this.accounts.find(link.userId);
    const person = account && (await this.people.findActive(link.userId, call));
    if (!account || !person) throw linkNotValid();
    return { link, account, person };
  }

  private async enqueue(letter: { readonly kind: LinkKind; readonly userId: string }, call: Call, manager = this.repository.manager): Promise<void> {
    await this.jobs.enqueue(manager, auth.sendLetter, letter, { key: `${letter.kind} ${letter.userId}`, call });
  }
}
