import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClamdFileScanner } from './clamd.file-scanner.js';
import { eicar } from './file-scanner.conformance.js';

const program = '/usr/sbin/clamd';
export const hasClamd = existsSync(program);

/** Debian's clamd with one signature written by hand: the feeds of ClamAV cannot be reached from here. */
export class Clamd {
  private constructor(
    private readonly folder: string,
    readonly socket: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<Clamd> {
    const folder = mkdtempSync(join(tmpdir(), 'voiceassist-clamd-'));
    const socket = join(folder, 'clamd.sock');
    writeFileSync(join(folder, 'hand.hsb'), `${createHash('sha256').update(eicar).digest('hex')}:${eicar.length}:House.Test.Eicar:73\n`);
    writeFileSync(join(folder, 'clamd.conf'), [
      `DatabaseDirectory ${folder}`, `LocalSocket ${socket}`, 'Foreground yes', 'StreamMaxLength 2M', 'OfficialDatabaseOnly no', 'MaxThreads 4', '',
    ].join('\n'));
    const child = spawn(program, ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
    const clamd = new Clamd(folder, socket, child);
    const scanner = new ClamdFileScanner({ path: socket }, 2_000);
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null) throw new Error(`clamd ended with ${child.exitCode}`);
      if (await scanner.check(AbortSignal.timeout(2_000)).then(() => true, () => false)) return clamd;
      await sleep(100);
    }
    await clamd.stop();
    throw new Error('clamd did not answer within 30 seconds');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
