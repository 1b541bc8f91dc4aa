import type { Logger } from 'pino';
import { pauseMs } from './backoff.js';
import { CarrierStarting, type EventCarrier } from './event-carrier.js';
import type { ClaimedEvent, OutboxStore } from './outbox-store.js';
import { reasonOf } from './reason.js';

export interface RelaySettings {
  readonly store: OutboxStore;
  readonly carrier: EventCarrier;
  readonly logger: Logger;
  readonly pollMs: number;
  readonly retentionDays: number;
  /** Under which subject an event is told now that was recorded under this one, perhaps by a release before. */
  readonly subjectOf: (subject: string) => string;
}

const batchSize = 100;
const sweepEveryMs = 3_600_000;

/** Carries the rows of one outbox to the event carrier, oldest first, until it is stopped. */
export class OutboxRelay {
  private running: Promise<void> | undefined;
  private stopped = false;
  private woken = false;
  private interrupt: (() => void) | undefined;
  private generation: string | undefined;
  private available = true;
  private restMs = 0;
  private nextSweepAt = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly settings: RelaySettings) {}

  start(): void {
    this.unsubscribe = this.settings.carrier.onReady(() => {
      this.generation = undefined;
      this.wake();
    });
    this.running = this.run();
  }

  /** Looks for events now instead of at the next poll. */
  readonly wake = (): void => {
    this.woken = true;
    this.interrupt?.();
  };

  /** Finishes the batch in hand and ends. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe?.();
    this.interrupt?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      this.restMs = this.settings.pollMs;
      const more = await this.relayBatch();
      if (!more) await this.rest();
    }
  }

  /** Answers whether there may be more to do at once. */
  private async relayBatch(): Promise<boolean> {
    const { store, logger } = this.settings;
    try {
      const generation = await this.currentGeneration();
      const claimed = await store.claim(batchSize);
      const told = await this.tell(claimed);
      await store.markPublished(told, generation);
      await this.sweep();
      this.available = true;
      return claimed.length === batchSize && told.length > 0;
    } catch (error) {
      if (this.available && !this.stopped && !(error instanceof CarrierStarting)) logger.warn({ err: error }, 'events wait: carrier or database not available');
      this.available = error instanceof CarrierStarting;
      return false;
    }
  }

  /** A carrier with a new memory has forgotten what it accepted: everything still kept is told again. */
  private async currentGeneration(): Promise<string> {
    const generation = await this.settings.carrier.generation();
    if (generation === this.generation) return generation;
    const reopened = await this.settings.store.reopenOtherGenerations(generation);
    if (reopened > 0) this.settings.logger.warn({ events: reopened }, 'the event carrier has a new memory; telling kept events again');
    await this.settings.store.releaseClaims();
    this.generation = generation;
    return generation;
  }

  private async tell(claimed: readonly ClaimedEvent[]): Promise<string[]> {
    const { carrier, subjectOf } = this.settings;
    const results = await Promise.allSettled(claimed.map(({ event, telling }) => carrier.publish({ ...event, subject: subjectOf(event.subject) }, telling)));
    const told: string[] = [];
    for (const [index, result] of results.entries()) {
      const { id, telling } = claimed[index]!;
      if (result.status === 'fulfilled') told.push(id);
      else await this.postpone(id, telling.attempt, result.reason);
    }
    return told;
  }

  private async postpone(id: string, attempt: number, cause: unknown): Promise<void> {
    const pause = pauseMs(attempt, this.settings.carrier.retry);
    this.restMs = Math.min(this.restMs, pause);
    await this.settings.store.postpone({ id, reason: reasonOf(cause), pauseMs: pause });
  }

  private async sweep(): Promise<void> {
    if (Date.now() < this.nextSweepAt) return;
    this.nextSweepAt = Date.now() + sweepEveryMs;
    await this.settings.store.deletePublishedBefore(this.settings.retentionDays);
  }

  private async rest(): Promise<void> {
    if (this.woken || this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.restMs);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.interrupt = undefined;
  }
}
