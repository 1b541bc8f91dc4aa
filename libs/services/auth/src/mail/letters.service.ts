import { Injectable, Logger } from '@nestjs/common';
import { LinkKind, type Letter } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Links } from '../links/links.service.js';
import { People } from '../people/people.js';
import { linkLetter, noticeLetter, renderLetter, type LetterText } from './letters.js';
import { Mail, MailRefused } from './mail.js';

interface Posting {
  readonly jobId: string;
  readonly to: string;
  readonly text: LetterText;
}

/** Composes letters and sends them. A letter to somebody who is no longer active, or never was, is not sent. */
@Injectable()
export class Letters {
  private readonly logger = new Logger('mail');

  constructor(
    private readonly mail: Mail,
    private readonly links: Links,
    private readonly people: People,
  ) {}

  /** May be repeated: the link of the letter then gets another secret, and only the last one works. */
  async send(letter: Letter, jobId: string, call: Call): Promise<void> {
    const person = await this.people.findActive(letter.userId, call);
    if (!person) return;
    if (isNotice(letter)) {
      if (this.mail.isOn) await this.post({ jobId, to: person.email, text: noticeLetter(letter) });
      return;
    }
    const linkId = await this.links.begin(letter.kind, letter.userId);
    if (linkId === null || !this.mail.isOn) return; // the last letter still serves, or an administrator hands it over
    const { url } = await this.links.issue(linkId);
    if (await this.post({ jobId, to: person.email, text: linkLetter(letter.kind, url) })) await this.links.noteMailed(linkId);
  }

  /** False when the server refused the message for good; what may pass rejects, so that the job is attempted again. */
  private async post({ jobId, to, text }: Posting): Promise<boolean> {
    try {
      await this.mail.send({ to, ...renderLetter(text), messageId: `<${jobId}@voiceassist>` });
      return true;
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      this.logger.warn(`A mail was refused for good with ${error.responseCode}`);
      return false;
    }
  }
}

const isNotice = (letter: Letter): letter is Parameters<typeof noticeLetter>[0] => !LinkKind.safeParse(letter.kind).success;
