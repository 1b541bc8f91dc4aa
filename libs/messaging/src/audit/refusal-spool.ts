import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AuditRecord, type ServiceName } from '@voiceassist/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';

/** How long after a change its file is written; changes of that time are written together. */
const writeAfterMs = 200;
/** Longer than rows are counted: a file that has not changed since holds nothing that its process still counts on. */
const leftAfterMs = 150_000;

/**
 * A file with the rows that wait at this moment, so that they outlive the process, however it ends. It is written whole
 * and put in place of the one before. Each host has its own; those that nobody writes any more are taken over. What is
 * sent twice because of all this the ledger takes once.
 */
export class RefusalSpool {
  private readonly name: string;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private rows: (() => readonly AuditRecord[]) | undefined;
  private failed = false;

  constructor(private readonly folder: string, private readonly service: ServiceName, private readonly logger: Logger) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.name = `refusals-${service}.${hostname().replace(/[^\w-]/g, '-')}.json`;
  }

  /** What an earlier process has left, here or on a host that is no more; the files of those others go once the rows are written here. */
  read(): AuditRecord[] {
    const left = readdirSync(this.folder).filter((name) => name.startsWith(`refusals-${this.service}.`) && name.endsWith('.json') && name !== this.name)
      .map((name) => join(this.folder, name)).filter((file) => Date.now() - statSync(file).mtimeMs > leftAfterMs);
    const rows = [join(this.folder, this.name), ...left].flatMap((file) => this.readFile(file));
    if (left.length > 0) {
      this.changed(() => rows);
      void this.flush().then(() => this.failed || left.forEach((file) => rmSync(file, { force: true })));
    }
    return rows;
  }

  /** Something has changed: writes what `rows` gives when it comes to it. */
  changed(rows: () => readonly AuditRecord[]): void {
    this.rows = rows;
    this.timer ??= setTimeout(() => void this.flush(), writeAfterMs).unref();
  }

  /** Writes now what has changed. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    const rows = this.rows;
    if (!rows) return;
    this.rows = undefined;
    this.writing = this.write(JSON.stringify(rows())).finally(() => (this.writing = undefined));
    await this.writing;
  }

  private readFile(file: string): AuditRecord[] {
    try {
      return z.array(AuditRecord).parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return [];
      renameSync(file, `${file}.unreadable`); // stays for somebody to look at
      this.logger.error({ err: error }, 'audit rows that waited in a file cannot be read');
      return [];
    }
  }

  private async write(text: string): Promise<void> {
    const file = join(this.folder, this.name);
    try {
      const next = await open(`${file}.next`, 'w', 0o600);
      try {
        await next.writeFile(text);
        await next.sync();
      } finally {
        await next.close();
      }
      await rename(`${file}.next`, file);
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.logger.error({ err: error }, 'audit rows cannot be kept in their file');
      this.failed = true;
    }
  }
}
