import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { MasterKeys } from '../../encryption/master-keys.js';
import type { EncryptedBlobs } from './encrypted.blobs.js';

interface Keeping {
  readonly blobs: EncryptedBlobs;
  readonly masterKeys: MasterKeys;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly lookEveryMs?: number;
}

/**
 * Brings all blobs up to date at the start and whenever another master key has become the current one: plain ones are
 * sealed, data keys under older master keys wrapped anew. Several processes may do it at once.
 */
export class BlobKeeping {
  private readonly stopped = new AbortController();
  private running?: Promise<void>;
  private doneFor?: string;

  constructor(private readonly keeping: Keeping) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** One round over all blobs; answers how many it changed, and how many it could not read. */
  async round(): Promise<{ sealed: number; rewrapped: number; unreadable: number }> {
    const { blobs, masterKeys, logger } = this.keeping;
    const current = await masterKeys.currentId();
    const changed = { sealed: 0, rewrapped: 0, unreadable: 0 };
    for await (const { key } of blobs.list({ olderThanMs: 0 })) {
      if (this.stopped.signal.aborted) return changed;
      const done = await blobs.keep(key).catch((error: unknown) => {
        logger.error({ err: error, key }, 'a stored file cannot be read');
        return 'unreadable' as const;
      });
      if (done !== 'current' && done !== 'gone') changed[done] += 1;
    }
    this.doneFor = current;
    return changed;
  }

  private async run(): Promise<void> {
    const { logger, lookEveryMs = 60_000 } = this.keeping;
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.roundIfDue().catch((error: unknown) => logger.error({ err: error }, 'stored files could not be brought under the current master key'));
      await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async roundIfDue(): Promise<void> {
    const { masterKeys, logger } = this.keeping;
    if (this.doneFor === (await masterKeys.currentId())) return;
    const changed = await this.round();
    if (changed.sealed + changed.rewrapped > 0) logger.info(changed, 'stored files are under the current master key');
  }
}
