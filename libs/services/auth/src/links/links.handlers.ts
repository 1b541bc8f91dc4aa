import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import { assertWithin, type Call } from '@voiceassist/kit';
import { Handles, type JobWork } from '@voiceassist/messaging';
import { Letters } from '../mail/letters.service.js';
import { Mail } from '../mail/mail.js';
import { AccountLinks } from './account-links.service.js';
import { Links } from './links.service.js';

@Controller()
export class LinksHandlers {
  constructor(
    private readonly accounts: AccountLinks,
    private readonly links: Links,
    private readonly letters: Letters,
    private readonly mail: Mail,
  ) {}

  @Handles(auth.inviteUser)
  async inviteUser(account: ParsedInputOf<typeof auth.inviteUser>, call: Call) {
    assertWithin(account, call.actor);
    return this.accounts.invite(account, call);
  }

  @Handles(auth.sendLink)
  async sendLink({ userId, kind }: ParsedInputOf<typeof auth.sendLink>, call: Call) {
    await this.accounts.send(userId, kind, call);
    return {};
  }

  @Handles(auth.requestPasswordReset)
  async requestPasswordReset({ email }: ParsedInputOf<typeof auth.requestPasswordReset>, call: Call) {
    await this.accounts.requestReset(email, call);
    return {};
  }

  @Handles(auth.requestVerification)
  async requestVerification(_: object, call: Call) {
    await this.accounts.requestVerification(call);
    return {};
  }

  @Handles(auth.readLink)
  readLink({ token }: ParsedInputOf<typeof auth.readLink>, call: Call) {
    return this.accounts.read(token, call);
  }

  @Handles(auth.choosePassword)
  async choosePassword(choice: ParsedInputOf<typeof auth.choosePassword>, call: Call) {
    await this.accounts.choosePassword(choice, call);
    return {};
  }

  @Handles(auth.verifyEmail)
  async verifyEmail({ token }: ParsedInputOf<typeof auth.verifyEmail>, call: Call) {
    await this.accounts.verifyEmail(token, call);
    return {};
  }

  @Handles(auth.listPendingLinks)
  async listPendingLinks() {
    return { links: await this.links.listPending(), mail: this.mail.isOn ? 'on' as const : 'off' as const };
  }

  @Handles(auth.revealLink)
  revealLink({ linkId }: ParsedInputOf<typeof auth.revealLink>, call: Call) {
    return this.accounts.reveal(linkId, call);
  }

  @Handles(auth.sendLetter)
  async sendLetter(letter: PayloadOf<typeof auth.sendLetter>, call: Call, { jobId }: JobWork) {
    await this.letters.send(letter, jobId, call);
  }
}
