import type { MailConfig } from './mail.config.js';
import type { Mail } from './mail.js';

/** The adapter that the settings name; its client is loaded only when it is needed. */
export async function openMail({ SMTP_URL: url, MAIL_FROM: from, SMTP_REQUIRE_TLS: requireTls }: MailConfig): Promise<Mail> {
  if (url === undefined) return new (await import('./no.mail.js')).NoMail();
  return new (await import('./smtp.mail.js')).SmtpMail({ url, from, requireTls });
}
