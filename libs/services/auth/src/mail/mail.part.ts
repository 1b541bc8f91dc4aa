import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { MailConfig } from './mail.config.js';
import { Mail } from './mail.js';
import { openMail } from './open-mail.js';

/** Gives the service its `Mail`, sent through the server that the settings name, if any. */
class MailPart extends PlatformPart {
  readonly name = 'mail';
  override readonly configs = [MailConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const mail = await openMail(context.config(MailConfig));
    return { provides: [{ token: Mail, value: mail }], close: () => mail.close() };
  }
}

export const mailPart = (): PlatformPart => new MailPart();
