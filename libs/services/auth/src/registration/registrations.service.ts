import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import { AppError, Call, failure } from '@voiceassist/kit';
import { Jobs, noteForAudit } from '@voiceassist/messaging';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { emailKeyOf } from '../accounts/email-key.js';
import { AuthConfig } from '../auth.config.js';
import { AuthSecrets } from '../keys/auth-secrets.js';
import { AccountLinks } from '../links/account-links.service.js';
import { LinksRepository } from '../links/links.repository.js';
import { Mail } from '../mail/mail.js';
import { Notices } from '../mail/notices.js';
import { AddressAttemptsRepository } from '../sign-in/address-attempts.repository.js';
import { AttemptsRepository, letterRequests } from '../sign-in/attempts.repository.js';

type Wanted = ParsedInputOf<typeof auth.requestAccount>;

const placeOf = (requestId: string) => `requested account ${requestId}`;

/** Accounts that strangers ask for. Whether there is one already is found out by a job, and said in a letter to its owner alone. */
@Injectable()
export class Registrations {
  constructor(
    private readonly config: AuthConfig,
    private readonly mail: Mail,
    private readonly jobs: Jobs,
    private readonly secrets: AuthSecrets,
    private readonly links: AccountLinks,
    private readonly repository: LinksRepository,
    private readonly accounts: AccountsRepository,
    private readonly notices: Notices,
    private readonly attempts: AttemptsRepository,
    private readonly addresses: AddressAttemptsRepository,
  ) {}

  /** The same work for every address. */
  async request({ email, displayName }: Wanted, call: Call): Promise<void> {
    if (this.config.AUTH_REGISTRATION === 'closed' || !this.mail.isOn) throw failure(auth.requestAccount, 'REGISTRATION_CLOSED', 'Ask an administrator for an account.');
    await this.addresses.begin(call.clientAddress);
    await this.attempts.begin(letterRequests(emailKeyOf(email)));
    const requestId = randomUUID();
    const sealed = await this.secrets.close(JSON.stringify({ email, displayName }), placeOf(requestId));
    await this.jobs.enqueue(this.repository.manager, auth.makeRequestedAccount, { requestId, sealed }, { key: requestId, call: Call.asService('auth') });
  }

  /** May be repeated: whoever got an account by the first attempt is told by the next one that there is one. */
  async make({ requestId, sealed }: PayloadOf<typeof auth.makeRequestedAccount>, call: Call): Promise<void> {
    const wanted = auth.requestAccount.input.parse(JSON.parse(await this.secrets.open(sealed, placeOf(requestId))));
    try {
      const { userId } = await this.links.invite({ ...wanted, roles: ['viewer'] }, call);
      noteForAudit(call, { subjects: { userId } });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'EMAIL_TAKEN')) throw error;
      const account = await this.accounts.findByEmail(emailKeyOf(wanted.email));
      if (!account) return;
      noteForAudit(call, { subjects: { userId: account.userId }, outcome: 'EMAIL_TAKEN' });
      await this.notices.alreadyRegistered(this.repository.manager, account.userId);
    }
  }
}
