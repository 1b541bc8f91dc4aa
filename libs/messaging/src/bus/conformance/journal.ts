import { EventEmitter, once } from 'node:events';
import type { AuditRecord } from '@voiceassist/contracts';

/** What the probe saw, for all instances of it in this process. */
class Journal {
  readonly notes: string[] = [];
  /** How many items each marked stream has produced so far. */
  readonly produced = new Map<string, number>();
  readonly audited: AuditRecord[] = [];
  auditBroken = false;
  private readonly news = new EventEmitter();

  note(text: string): void {
    this.notes.push(text);
    this.news.emit('news');
  }

  keep(record: AuditRecord): void {
    this.audited.push(record);
    this.news.emit('news');
  }

  /** Waits until something has been noted; the test's own time limit ends a wait in vain. */
  async until(text: string): Promise<void> {
    await this.untilTrue(() => this.notes.includes(text));
  }

  async untilTrue(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.news, 'news');
  }

  clear(): void {
    this.notes.length = 0;
    this.audited.length = 0;
    this.produced.clear();
    this.auditBroken = false;
  }
}

export const journal = new Journal();
