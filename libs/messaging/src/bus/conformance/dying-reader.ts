import { spawn, type ChildProcess } from 'node:child_process';
import { callIdHeader } from '../../carriers/nats-wire.js';

interface DyingReaderOptions {
  readonly url: string;
  readonly subject: string;
  readonly input: unknown;
  readonly windowItems: number;
}

const script = `
  import { connect, headers } from 'nats';
  const [url, subject, input, window, idHeader] = process.argv.slice(1);
  const connection = await connect({ servers: url });
  connection.subscribe('_INBOX.dying.>', { callback: () => {} });
  const sent = headers();
  for (const [name, value] of [[idHeader, 'dying-1'], ['x-window-items', window], ['x-timeout-ms', '60000']]) sent.set(name, value);
  connection.publish(subject, input, { reply: '_INBOX.dying.dying-1', headers: sent });
  setInterval(() => {}, 1000);
`;

/** Another operating-system process that asks once, listens, and never says goodbye: kill it. */
export function startDyingReader({ url, subject, input, windowItems }: DyingReaderOptions): ChildProcess {
  const parameters = [url, subject, JSON.stringify(input), String(windowItems), callIdHeader];
  return spawn(process.execPath, ['--input-type=module', '-e', script, ...parameters], { stdio: 'inherit' });
}
