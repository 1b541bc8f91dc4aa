import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  /** Everything behind the headers, decoded. */
  readonly body: string;
}

/** A real mail server that keeps what it gets, and can be told to refuse. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** How the next messages are refused; none while empty. */
  readonly refusals: number[] = [];

  private constructor(private readonly server: SMTPServer, readonly url: string) {}

  static async start(): Promise<MailServer> {
    const holder: { mails?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'], size: 200_000,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
          const refusal = holder.mails?.refusals.shift();
          if (refusal !== undefined) return done(Object.assign(new Error('refused by the test'), { responseCode: refusal }));
          const { mailFrom, rcptTo } = session.envelope;
          holder.mails?.mails.push({ from: mailFrom ? mailFrom.address : '', recipients: rcptTo.map(({ address }) => address), ...parsed(Buffer.concat(chunks).toString('latin1')) });
          done();
        });
      },
    });
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return (holder.mails = new MailServer(server, `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`));
  }

  mailsTo(address: string): ReceivedMail[] {
    return this.mails.filter(({ recipients }) => recipients.includes(address));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

function parsed(raw: string): Pick<ReceivedMail, 'headers' | 'body'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = rest.join('\r\n\r\n').replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return { headers, body };
}
