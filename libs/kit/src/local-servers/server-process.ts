import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What it takes to run one server and to know that it answers. */
export interface ServerCommand {
  readonly name: string;
  readonly binary: string;
  readonly arguments: readonly string[];
  /** Joins the variables of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Operating system account to run under; only meaningful when we are root. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Asks the server to end in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** Sent by the kernel when this process dies, however it dies. */
  readonly orphanSignal: NodeJS.Signals;
  /** Resolves true once the server answers. */
  isReady(): Promise<boolean>;
}

const startTimeoutMs = 20_000;
const stopTimeoutMs = 8_000;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
const running = new Set<ChildProcess>();

// Where the kernel cannot do it for us (no setpriv), an orderly exit still takes the servers along.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One operating system process that is started, killed and started again, and that never outlives us. */
export class ServerProcess {
  #child?: ChildProcess;

  constructor(private readonly command: ServerCommand) {}

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the server and waits until it answers; throws with the end of its log when it does not. */
  async start(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    await this.#spawn();
    while (!(await this.command.isReady())) {
      if (Date.now() > deadline) {
        await this.end('SIGKILL');
        throw new Error(`${this.command.name} did not answer within ${startTimeoutMs} ms, see ${this.command.logFile}`);
      }
      if (!this.isRunning) throw new Error(`${this.command.name} ended while starting, see ${this.command.logFile}`);
      await sleep(25);
    }
    if (!this.isRunning) throw new Error(`${this.command.name} ended while starting, see ${this.command.logFile}`);
  }

  async #spawn(): Promise<void> {
    const { command } = this;
    const log = await open(command.logFile, 'a');
    const line = setpriv
      ? [setpriv, '--pdeathsig', command.orphanSignal.slice('SIG'.length), '--', command.binary, ...command.arguments]
      : [command.binary, ...command.arguments];
    const child = spawn(line[0] ?? command.binary, line.slice(1), { stdio: ['ignore', log.fd, log.fd], cwd: '/', env: { ...process.env, ...command.environment }, ...command.account });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
    try {
      await once(child, 'spawn');
    } finally {
      await log.close();
    }
    child.unref(); // a forgotten server must not keep a test run from ending
  }

  /** Sends a signal and waits until the process is gone; after eight seconds it is killed. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || !this.isRunning) return;
    child.ref();
    const gone = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await gone;
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    await this.end(this.command.stopSignal);
  }
}
