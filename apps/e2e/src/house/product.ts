import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Mode = 'standalone' | 'distributed';

/** Which of the two shapes of the product the whole suite runs against. */
export const mode: Mode = process.env['MODE'] === 'distributed' ? 'distributed' : 'standalone';
export const root = fileURLToPath(new URL('../../../..', import.meta.url));

export const administrator = { email: 'admin@hospital.example', password: 'correct horse battery staple' };

const scripts: Record<Mode, string> = { standalone: 'apps/standalone/dist/main.js', distributed: 'tools/dist/distributed/main.js' };
const readyDeadlineMs = 150_000;
const stopDeadlineMs = 30_000;

interface DistributedState {
  readonly services: Record<string, { pid: number; url: string }>;
  readonly infrastructure: Record<string, { pid: number; url: string }>;
}

/** A port from a range that is not that of connections, and of this suite alone where `FREE_PORTS` says so. */
export async function freePort(): Promise<number> {
  const [first = 0, last = 0] = (process.env['FREE_PORTS'] ?? '15000-31999').split('-').map(Number);
  for (;;) {
    const port = randomInt(first, last + 1);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    server.close();
    if (isFree) return port;
  }
}

/** Whether it is that service which is ready, and not somebody else at its port. */
async function isReadyAs(name: string, answer: Response): Promise<boolean> {
  const { data } = (await answer.json()) as { data?: { process: string } | null }; // the envelope of every answer
  return answer.ok && data?.process === name;
}

/** The started product, black box: a port, a data folder, and the means to stop, kill and start it again. */
export class Product {
  private child?: ChildProcess;
  private output = '';

  private constructor(
    readonly url: string,
    readonly dataFolder: string,
    private readonly environment: Record<string, string>,
  ) {}

  /** Starts it on a free port with an empty data folder and waits until `/ready` says so. Settings may depend on its address. */
  static async start(settings: Record<string, string> | ((url: string) => Promise<Record<string, string>>) = {}): Promise<Product> {
    const dataFolder = mkdtempSync(join(tmpdir(), 'voiceassist-e2e-'));
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const environment = {
      PORT: port, HOST: '127.0.0.1', DATA_DIR: dataFolder,
      ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password, ...(typeof settings === 'function' ? await settings(url) : settings),
    };
    const product = new Product(url, dataFolder, environment);
    await product.launch();
    return product;
  }

  get log(): string {
    return this.output;
  }

  /** What the services logged, line by line, without the name that the supervisor puts before each of their lines. */
  get logLines(): string[] {
    const lines = this.output.split('\n');
    if (mode === 'standalone') return lines;
    const prefix = new RegExp(`^(?:${Object.keys(this.state().services).join('|')}) +`);
    return lines.filter((line) => prefix.test(line)).map((line) => line.replace(prefix, ''));
  }

  async launch(): Promise<void> {
    const child = spawn(process.execPath, ['--enable-source-maps', join(root, scripts[mode])], {
      cwd: this.dataFolder, env: { ...process.env, NODE_OPTIONS: '', ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (this.output = (this.output + data.toString()).slice(-200_000)));
    await this.untilReady();
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    return answer?.ok === true && (mode === 'standalone' || (await this.servicesReady()));
  }

  async untilReady(): Promise<void> {
    const deadline = Date.now() + readyDeadlineMs;
    while (!(await this.isReady())) {
      if (this.child?.exitCode !== null || Date.now() > deadline) throw new Error(`${mode} did not become ready:\n${this.output.slice(-6_000)}`);
      await sleep(100);
    }
  }

  /** Ends it in good order, as an operator would. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends one service without warning; in standalone all of it, since there it is one process. It comes back by itself or is started again. */
  async kill(service: string): Promise<void> {
    if (mode === 'standalone') {
      await this.end('SIGKILL');
      return this.launch();
    }
    const before = this.state().services[service];
    if (!before) throw new Error(`no service ${service}`);
    process.kill(before.pid, 'SIGKILL');
    const deadline = Date.now() + readyDeadlineMs;
    while (this.state().services[service]?.pid === before.pid) {
      if (Date.now() > deadline) throw new Error(`${service} was not started again`);
      await sleep(50);
    }
    await this.untilReady();
  }

  /** Pauses or resumes one service of the distributed product, or ends it without waiting for its return. */
  signal(service: string, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    const pid = this.state().services[service]?.pid;
    if (pid !== undefined) process.kill(pid, signal);
  }

  async discard(): Promise<void> {
    await this.stop();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  private state(): DistributedState {
    return JSON.parse(readFileSync(join(this.dataFolder, 'distributed.json'), 'utf8')) as DistributedState;
  }

  private async servicesReady(): Promise<boolean> {
    if (!existsSync(join(this.dataFolder, 'distributed.json'))) return false;
    const answers = Object.entries(this.state().services).map(([name, { url }]) => fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).then((answer) => isReadyAs(name, answer), () => false));
    return (await Promise.all(answers)).every(Boolean);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
    await gone;
    clearTimeout(late);
  }
}
