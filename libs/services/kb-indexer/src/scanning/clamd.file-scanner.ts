import { connect, type Socket } from 'node:net';
import { FileScanner, ScannerUnavailable, type Malware } from './file-scanner.js';

export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

const chunkBytes = 65_536;
const longestAnswer = 4_096;

function* framed(bytes: Uint8Array): Generator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    yield Buffer.concat([length, chunk]);
  }
  yield Buffer.alloc(4);
}

/** Waits until the socket takes more; an end of the socket ends the waiting. */
function room(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}

async function send(socket: Socket, parts: Iterable<Buffer>): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed || !socket.writable) return;
    if (!socket.write(part)) await room(socket);
  }
}

/** ClamAV's daemon, over TCP or a socket file; the file is streamed to it, so that it needs no access to our storage. */
export class ClamdFileScanner extends FileScanner {
  readonly isOn = true;

  constructor(
    private readonly address: ClamdAddress,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async scan(bytes: Uint8Array, signal: AbortSignal): Promise<Malware | null> {
    const answer = await this.ask(framed(bytes), signal);
    if (answer === 'stream: OK') return null;
    const [, signature] = /^stream: ([\w.:()/+-]{1,200}) FOUND$/.exec(answer) ?? [];
    if (signature !== undefined) return { signature };
    // whatever it found under a name that cannot be shown is found
    if (answer.endsWith(' FOUND')) return { signature: 'unnamed' };
    throw new ScannerUnavailable(answer.includes('size limit') ? 'the scanner does not take a file of that size' : 'the scanner answered with an error');
  }

  async check(signal: AbortSignal): Promise<void> {
    if ((await this.ask([Buffer.from('zPING\0')], signal)) !== 'PONG') throw new ScannerUnavailable('the scanner does not answer a ping');
  }

  /** One connection, one question, one answer, within the time. */
  private ask(parts: Iterable<Buffer>, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.address);
      let answer = '';
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        socket.destroy();
        settle();
      };
      const fail = (message: string, cause?: unknown) => end(() => reject(new ScannerUnavailable(message, { cause })));
      const abort = () => end(() => reject(signal.reason as Error));
      const timer = setTimeout(() => fail('the scanner did not answer in time'), this.timeoutMs);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      socket.on('data', (data: Buffer) => {
        answer += data.toString('utf8');
        const stop = answer.indexOf('\0');
        if (stop >= 0) end(() => resolve(answer.slice(0, stop).trim()));
        else if (answer.length > longestAnswer) fail('the scanner answers without end');
      });
      socket.on('error', (error) => fail('the scanner cannot be reached', error));
      socket.on('close', () => fail('the scanner broke off'));
      socket.on('connect', () => void send(socket, parts));
    });
  }
}
