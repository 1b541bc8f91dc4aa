import { setTimeout as pause } from 'node:timers/promises';
import type { Revocation } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  readonly lastSequence: number;
}

export interface RevocationFeedOptions {
  /** Reads what ended after that sequence number; rejects when `auth` cannot be reached. */
  readonly fetchPage: (afterSequence: number, signal: AbortSignal) => Promise<RevocationPage>;
  readonly pollMs: number;
  readonly maxStaleMs: number;
  /** How long an access token can outlive its revocation. */
  readonly keepMs: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now?: () => number;
}

/** Must not throw. */
type Listener = (sessionId: string) => void;

/**
 * Sessions that ended while access tokens of theirs may still be unexpired, read from `auth` a few times a second.
 * It fails closed: without a successful reading within `maxStaleMs` no token may be accepted.
 */
export class RevocationFeed {
  private readonly forgetAt = new Map<string, number>();
  private readonly listeners = new Set<Listener>();
  private readonly stopped = new AbortController();
  private readonly now: () => number;
  private afterSequence = 0;
  private syncedAt = -Infinity;
  private running?: Promise<void>;
  private reading?: Promise<void>;

  constructor(private readonly options: RevocationFeedOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Milliseconds since the last successful reading; Infinity before the first. */
  get freshness(): number {
    return this.now() - this.syncedAt;
  }

  /** Whether what is known is recent enough to admit anybody. */
  get isFresh(): boolean {
    return this.freshness <= this.options.maxStaleMs;
  }

  /** Fails with UNAVAILABLE when the feed has been silent for too long. */
  assertFresh(): void {
    if (!this.isFresh) throw commonFailure('UNAVAILABLE', 'Sessions cannot be checked at the moment.');
  }

  isRevoked(sessionId: string): boolean {
    return this.forgetAt.has(sessionId);
  }

  /** Tells the listener every session that is found ended from now on; returns how to stop that. */
  onRevoked(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins to poll; failures are retried for as long as the feed runs. */
  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.running;
    this.listeners.clear();
  }

  /** Looks once more before anybody is refused: this process may only have been busy. Says nothing about what came of it. */
  async freshen(): Promise<void> {
    // a look that is under way may have begun long ago, before this process was busy
    for (let looks = 0; looks < 2 && !this.isFresh; looks += 1) await this.sync().catch(() => undefined);
  }

  /** Reads everything that is new; whoever asks while that is under way waits for the same. */
  sync(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    const startedAt = this.now();
    let before: number;
    do {
      before = this.afterSequence;
      const page = await this.options.fetchPage(before, this.stopped.signal);
      if (page.lastSequence < before) return this.beginAgain();
      this.take(page);
    } while (this.afterSequence > before);
    this.syncedAt = startedAt;
    this.forgetExpired();
  }

  /** A counter that ran backwards means that `auth` was restored from a backup: the next reading takes everything once more. */
  private beginAgain(): void {
    this.afterSequence = 0;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      // A failed reading is not an event of its own: `freshness`, and with it readiness, tells of it.
      await this.sync().catch(() => undefined);
      const jitterMs = this.options.pollMs * 0.2 * Math.random();
      await pause(this.options.pollMs - jitterMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private take({ revocations, lastSequence }: RevocationPage): void {
    for (const { sessionId } of revocations) this.add(sessionId);
    this.afterSequence = revocations.at(-1)?.sequence ?? lastSequence;
  }

  private add(sessionId: string): void {
    const known = this.forgetAt.has(sessionId);
    this.forgetAt.set(sessionId, this.now() + this.options.keepMs);
    if (known) return;
    for (const listener of this.listeners) listener(sessionId);
  }

  private forgetExpired(): void {
    const now = this.now();
    for (const [sessionId, at] of this.forgetAt) if (at <= now) this.forgetAt.delete(sessionId);
  }
}
