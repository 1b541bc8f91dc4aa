import type { Logger } from 'pino';
import type { JobDispatcher } from './job-dispatcher.js';
import type { JobStore } from './job-store.js';

export interface SweeperSettings {
  readonly store: JobStore;
  readonly dispatcher: JobDispatcher;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly redispatchMs: number;
  readonly retryMs: number;
}

const cleanEveryMs = 3_600_000;
const kept = { wellEnded: 7, failed: 30 };

/** Dispatches what nobody dispatched or what was forgotten, and takes jobs back from workers that stopped answering. */
export class JobSweeper {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private troubled = false;
  private nextCleaningAt = 0;

  constructor(private readonly settings: SweeperSettings) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), this.settings.everyMs);
    this.wake();
  }

  /** Sweeps now. */
  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.current ??= this.sweepWhileAsked().finally(() => (this.current = undefined));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.current;
  }

  private async sweepWhileAsked(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        await this.sweep();
        this.troubled = false;
      } catch (error) {
        if (!this.troubled) this.settings.logger.warn({ err: error }, 'jobs wait: dispatcher or database not available');
        this.troubled = true;
      }
    }
  }

  private async sweep(): Promise<void> {
    const { store, dispatcher, redispatchMs, retryMs } = this.settings;
    await store.reclaimAbandoned(retryMs);
    const jobs = await store.undispatched(redispatchMs);
    await dispatcher.dispatch(jobs);
    if (jobs.length > 0) await store.markDispatched(jobs.map(({ id }) => id));
    if (Date.now() < this.nextCleaningAt) return;
    this.nextCleaningAt = Date.now() + cleanEveryMs;
    await store.deleteFinished(kept);
  }
}
