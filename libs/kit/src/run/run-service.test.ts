import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const settings = { PORT: '0', DRAIN_MS: '0', PART_KEY: 'a-secret-that-is-long-enough-to-pass' };

class Program {
  private text = '';
  private errors = '';
  private readonly child: ChildProcess;
  readonly exitCode: Promise<number | null>;

  constructor(environment: Record<string, string>) {
    const flags = ['--conditions=@voiceassist/source', '--import', fixture('typescript-loader.mjs'), fixture('program.mjs')];
    this.child = spawn(process.execPath, flags, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk) => (this.text += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (this.errors += String(chunk)));
    this.exitCode = new Promise((resolve) => this.child.once('close', resolve));
  }

  get output(): string { return this.text; }
  get stderr(): string { return this.errors; }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async says(what: string): Promise<string> {
    while (!this.text.includes(what)) {
      if (this.child.exitCode !== null) throw new Error(`exited with ${this.child.exitCode} before saying ${what}: ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.text;
  }

  async url(): Promise<string> {
    const line = (await this.says('"msg":"ready"')).split('\n').find((each) => each.includes('"msg":"ready"')) ?? '';
    return (JSON.parse(line) as { url: string }).url;
  }
}

describe('runService', () => {
  let program: Program;
  const start = (environment: Record<string, string>) => (program = new Program(environment));
  afterEach(() => program.signal('SIGKILL'));

  it('exits with 1 and lists every wrong setting, but no secret', async () => {
    start({ PORT: 'eighty', PART_KEY: 'too-short-a-secret' });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr).toContain('program does not start');
    for (const name of ['PORT', 'DRAIN_MS', 'PART_KEY']) expect(program.stderr).toContain(`${name}: `);
    expect(program.stderr).not.toContain('too-short-a-secret');
  });

  it('on SIGTERM answers the request in hand, closes its parts and exits with 0', async () => {
    start(settings);
    const url = await program.url();
    const answer = fetch(`${url}/slow`).then((response) => response.text());
    await program.says('request arrived');
    program.signal('SIGTERM');
    expect(await answer).toBe('answered');
    expect(await program.exitCode).toBe(0);
    expect(program.output).toContain('part closed');
  });

  it('stopped while it starts, opens its parts, closes them again and exits with 0', async () => {
    start({ ...settings, OPEN_MS: '300' });
    await program.says('part opens');
    program.signal('SIGTERM');
    expect(await program.exitCode).toBe(0);
    expect(program.output).toContain('part closed');
  });

  it('exits at once on a second signal', async () => {
    start({ ...settings, DRAIN_MS: '60000', SHUTDOWN_TIMEOUT_MS: '60000' });
    const url = await program.url();
    program.signal('SIGINT');
    while (await fetch(`${url}/health`).then(() => true, () => false)) await new Promise((resolve) => setTimeout(resolve, 20));
    program.signal('SIGINT');
    expect(await program.exitCode).toBe(130);
    expect(program.output).not.toContain('part closed');
  });

  it('logs an unexpected error without its text, drains and exits with 1', async () => {
    start(settings);
    await fetch(`${await program.url()}/crash`);
    expect(await program.exitCode).toBe(1);
    expect(program.output).toContain('unexpected error');
    expect(program.output).toContain('program.mjs');
    expect(program.output).not.toContain('jane.doe');
    expect(program.output).toContain('part closed');
  });
});
