import { createTransport, type Transporter } from 'nodemailer';
import { Mail, MailRefused, type MailMessage } from './mail.js';

export interface SmtpSettings {
  readonly url: string;
  readonly from: string;
  /** Without it a server that offers no encryption is talked to in the clear. */
  readonly requireTls: boolean;
}

const timeoutMs = 20_000;
const controlCharacters = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** What goes into a header must not begin another one. */
function assertOneLine(values: readonly string[]): void {
  if (values.some((value) => controlCharacters.test(value))) throw new Error('a header of a mail would have more than one line');
}

/** Sends through an SMTP server, encrypted unless the settings say otherwise. */
export class SmtpMail extends Mail {
  readonly isOn = true;
  private readonly transport: Transporter;

  constructor(private readonly settings: SmtpSettings) {
    super();
    this.transport = createTransport({
      url: settings.url, pool: true, maxConnections: 2, requireTLS: settings.requireTls,
      connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, disableFileAccess: true, disableUrlAccess: true,
    });
  }

  async send({ to, subject, text, html, messageId }: MailMessage): Promise<void> {
    assertOneLine([to, subject, messageId]);
    try {
      await this.transport.sendMail({
        from: this.settings.from, to: { name: '', address: to }, subject, text, html, messageId,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (error) {
      const { responseCode } = error as { responseCode?: number };
      if (responseCode !== undefined && responseCode >= 500) throw new MailRefused(responseCode);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }
}
