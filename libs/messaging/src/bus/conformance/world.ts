import { Writable } from 'node:stream';
import type { Type } from '@nestjs/common';
import { startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '../bus.js';
import { AuditKeeperModule } from './audit-keeper.module.js';
import { AskerModule, ProbeModule } from './probe.module.js';

/** The probe, one who asks it, and a keeper of audit records, on one bus. */
export interface World {
  /** The asker's. */
  readonly bus: Bus;
  /** Error lines that all services have logged. */
  faults(): { requestId?: string; subject?: string }[];
  /** Everything that has been logged, as text. */
  log(): string;
  close(): Promise<void>;
}

class LogKeeper extends Writable {
  readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.lines.push(...chunk.toString().split('\n').filter((line) => line !== ''));
    done();
  }
}

export function startOne(modules: readonly Type[], busUrl: string, log?: Writable): Promise<RunningProcess> {
  const environment = { BUS_URL: busUrl, SHUTDOWN_DELAY_MS: '0', SHUTDOWN_TIMEOUT_MS: '1500', LOG_LEVEL: 'warn' };
  return startProcess({ name: 'bus-test', modules, environment, logTo: log });
}

/** `together`: all in one process with one carrier; otherwise each with a carrier of its own. */
export async function startWorld(busUrl: string, together: boolean): Promise<World> {
  const keeper = new LogKeeper();
  const modules = [AuditKeeperModule, ProbeModule, AskerModule];
  const processes: RunningProcess[] = [];
  for (const group of together ? [modules] : modules.map((module) => [module])) processes.push(await startOne(group, busUrl, keeper));
  const asking = processes.at(-1);
  if (!asking) throw new Error('nothing was started');
  return {
    bus: asking.get(AskerModule, Bus),
    faults: () => keeper.lines.map((line) => JSON.parse(line) as { level: unknown; requestId?: string; subject?: string; err?: unknown }).filter(({ err }) => err !== undefined),
    log: () => keeper.lines.join('\n'),
    close: async () => {
      for (const process of processes.reverse()) await process.close();
    },
  };
}
