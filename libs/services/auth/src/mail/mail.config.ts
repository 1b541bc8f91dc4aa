import { Config, flag, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

const oneLine = /^[^\u0000-\u001f\u007f]+$/;

/** The mail server, if there is one. */
export class MailConfig extends Config({
  SMTP_URL: secretSetting(
    z.string().regex(/^smtps?:\/\/\S+$/, 'must be smtp://user:password@host:port or smtps://…').optional(),
    'Mail server for invitations, password resets and notices: `smtp://user:password@host:587` or `smtps://…:465`; without one administrators hand links over from the console.',
  ),
  SMTP_REQUIRE_TLS: setting(flag(true), 'Refuses to send through `smtp://` servers that do not offer STARTTLS.'),
  MAIL_FROM: setting(z.string().regex(oneLine).max(320).default('VoiceAssist <no-reply@localhost>'), 'Sender of all mail.'),
}) {}
