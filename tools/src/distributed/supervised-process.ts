import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessRecipe {
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

const setpriv = '/usr/bin/setpriv';
/** Lets the kernel end the child when the starter is killed; where there is no setpriv it would live on. */
const diesWithStarter = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'TERM', '--'] : [];
const firstPauseMs = 200;
const longestPauseMs = 5_000;
const stableAfterMs = 30_000;
const stopDeadlineMs = 15_000;

/** A child process that is started again when it dies, with growing pauses, and whose lines carry its name. */
export class SupervisedProcess {
  private child?: ChildProcess;
  private stopping = false;
  private pauseMs = firstPauseMs;
  private startedAt = 0;

  constructor(
    private readonly recipe: ProcessRecipe,
    private readonly onStart: () => void,
  ) {}

  get name(): string {
    return this.recipe.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.startedAt = Date.now();
    const [program = process.execPath, ...words] = [...diesWithStarter, process.execPath, '--enable-source-maps', this.recipe.script];
    const child = spawn(program, words, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: process.env['TZ'], ...this.recipe.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on('line', (line) => console.log(`${this.recipe.name.padEnd(16)} ${line}`));
    child.once('exit', (code, signal) => void this.afterExit(code, signal));
    this.onStart();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const giveUp = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
    await gone;
    clearTimeout(giveUp);
  }

  private async afterExit(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (this.stopping) return;
    if (Date.now() - this.startedAt > stableAfterMs) this.pauseMs = firstPauseMs;
    console.error(`${this.recipe.name.padEnd(16)} ended (${signal ?? code}); starting again in ${this.pauseMs} ms`);
    await sleep(this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
    if (!this.stopping) this.start();
  }
}
