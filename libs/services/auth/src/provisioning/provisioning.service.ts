import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type ParsedInputOf, type SignedInUser } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { AccountsService } from '../accounts/accounts.service.js';
import { emailKeyOf } from '../accounts/email-key.js';
import { AccountLinks } from '../links/account-links.service.js';
import { LinksRepository } from '../links/links.repository.js';
import { ProvisioningRepository } from './provisioning.repository.js';

/** Accounts that an identity provider makes and moves; nobody knows a password of them. */
@Injectable()
export class Provisioning {
  constructor(
    private readonly accounts: AccountsService,
    private readonly invitations: AccountLinks,
    private readonly links: LinksRepository,
    private readonly repository: ProvisioningRepository,
  ) {}

  provision({ invite, ...account }: ParsedInputOf<typeof auth.provisionAccount>, call: Call): Promise<SignedInUser> {
    if (invite) return this.invitations.invite(account, call);
    return this.accounts.create({ ...account, password: randomBytes(32).toString('base64url') }, call);
  }

  /** What was sent to the old address opens and proves nothing any more. */
  async changeAddress({ userId, email }: ParsedInputOf<typeof auth.changeAddress>, call: Call): Promise<void> {
    const emailKey = emailKeyOf(email);
    const outcome = await this.repository.moveTo(emailKey, userId, (manager, formerKey) => {
      noteChange(call, { before: { userId, emailKey: formerKey }, after: { userId, emailKey } });
      return this.links.endAll(manager, userId);
    });
    if (outcome === 'taken') throw failure(auth.changeAddress, 'EMAIL_TAKEN', 'This e-mail address is in use.');
    if (outcome === 'unknown') throw failure(auth.changeAddress, 'USER_NOT_FOUND', 'There is no such account.');
  }
}
