import type { JobContract } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import type { Logger } from 'pino';
import { pauseMs } from '../outbox/backoff.js';
import { asCausedBy } from '../outbox/cause.js';
import { reasonOf } from '../outbox/reason.js';
import type { HeldJob, JobStore } from './job-store.js';
import type { JobWork } from './job-work.js';
import { countAttempt } from './jobs.metrics.js';

export interface JobHandler {
  readonly contract: JobContract;
  invoke(payload: unknown, call: Call, work: JobWork): Promise<unknown>;
}

export interface RunnerSettings {
  readonly store: JobStore;
  readonly handlers: readonly JobHandler[];
  readonly logger: Logger;
  /** The service whose jobs these are. */
  readonly service: string;
  /** Names this process in the row. */
  readonly worker: string;
  readonly retryMs: number;
  /** Called when a job should be dispatched again. */
  readonly onRetry: () => void;
}

export type AttemptOutcome = 'done' | 'retried' | 'failed' | 'lost' | 'given-back';

/** Why an attempt was told to stop. */
export type AbortReason = 'cancelled' | 'lease-lost' | 'shutdown';

const longestRetryMs = 600_000;
/** A job has no reader who waits; its lease ends it, not a deadline. */
const callMs = 24 * 3_600_000;
const slowestHeartbeatMs = 2_000;
const endAfterAbortMs = 2_000;

interface Attempt {
  readonly held: HeldJob;
  readonly abort: AbortController;
  readonly begunAt: number;
  ended: Promise<void>;
}

/** Takes due jobs, runs their handlers under a lease and records how they ended. */
export class JobRunner {
  private readonly attempts = new Map<string, Attempt>();

  constructor(private readonly settings: RunnerSettings) {}

  /** Runs one attempt of the job, if it is due and nobody else holds it. Never rejects for the handler's sake. */
  async run(jobId: string): Promise<void> {
    const held = await this.settings.store.take(jobId, this.settings.worker);
    if (!held) return;
    const attempt: Attempt = { held, abort: new AbortController(), begunAt: performance.now(), ended: Promise.resolve() };
    this.attempts.set(held.id, attempt);
    attempt.ended = this.attempt(attempt);
    await attempt.ended.finally(() => this.attempts.delete(held.id));
  }

  /** Attempts that run here now. */
  get running(): number {
    return this.attempts.size;
  }

  /** Aborts the running attempt of a job, if it runs here. */
  abort(jobId: string, reason: AbortReason): void {
    this.attempts.get(jobId)?.abort.abort(reason);
  }

  /** Lets running attempts finish for a while, then aborts them; what does not end even then is given back unfinished. */
  async drain(graceMs: number): Promise<void> {
    const all = [...this.attempts.values()];
    if (all.length === 0) return;
    const ended = Promise.allSettled(all.map((attempt) => attempt.ended));
    await Promise.race([ended, after(graceMs)]);
    for (const { abort } of all) abort.abort('shutdown' satisfies AbortReason);
    await Promise.race([ended, after(endAfterAbortMs)]);
    for (const { held } of this.attempts.values()) await this.giveBack(held);
  }

  private async attempt({ held, abort }: Attempt): Promise<void> {
    const stopBeating = this.keepLease(held, abort);
    try {
      await asCausedBy(held.headers, { subject: held.subject, service: this.settings.service, system: 'bullmq', timeoutMs: callMs, signal: abort.signal }, (call) =>
        this.handlerOf(held.subject).invoke(held.payload, call, this.workOf(held, abort)),
      );
      stopBeating();
      this.note(held, (await this.settings.store.complete(held)) ? 'done' : 'lost');
    } catch (error) {
      stopBeating();
      await this.recordFailure(held, abort.signal, error);
    }
  }

  private handlerOf(subject: string): JobHandler {
    const handler = this.settings.handlers.find(({ contract }) => contract.subject === subject);
    if (!handler) throw new Error(`no handler for ${subject}`);
    return handler;
  }

  private workOf(held: HeldJob, abort: AbortController): JobWork {
    return {
      jobId: held.id,
      key: held.key,
      attempt: held.attempt,
      lastAttempt: held.attempt >= held.max_attempts,
      signal: abort.signal,
      heartbeat: async (manager) => {
        if (await this.settings.store.extend(held, manager)) return;
        abort.abort('lease-lost' satisfies AbortReason);
        throw commonFailure('CANCELLED', 'This attempt no longer holds the job.');
      },
    };
  }

  /** Prolongs the lease several times a lease, and notices when it is lost. */
  private keepLease(held: HeldJob, abort: AbortController): () => void {
    let leaseEnd = Date.now() + held.lease_ms;
    const beat = async (): Promise<void> => {
      const begun = Date.now();
      try {
        if (await this.settings.store.extend(held)) leaseEnd = begun + held.lease_ms;
        else abort.abort(await this.reasonOfLoss(held));
      } catch {
        // the database does not answer: once the lease is over somebody else may have the job
        if (Date.now() > leaseEnd) abort.abort('lease-lost' satisfies AbortReason);
      }
    };
    const timer = setInterval(() => void beat(), Math.min(slowestHeartbeatMs, held.lease_ms / 3));
    timer.unref();
    return () => clearInterval(timer);
  }

  private async recordFailure(held: HeldJob, signal: AbortSignal, error: unknown): Promise<void> {
    const { store, retryMs, onRetry } = this.settings;
    if (signal.aborted && signal.reason === 'shutdown') return this.giveBack(held);
    const reason = reasonOf(error);
    if (held.attempt >= held.max_attempts) return this.note(held, (await store.fail(held, reason)) ? 'failed' : 'lost');
    const queued = await store.retry(held, { reason, pauseMs: pauseMs(held.attempt, { firstMs: retryMs, longestMs: longestRetryMs }) });
    this.note(held, queued ? 'retried' : 'lost');
    if (queued) onRetry();
  }

  private async giveBack(held: HeldJob): Promise<void> {
    this.note(held, (await this.settings.store.giveBack(held)) ? 'given-back' : 'lost');
  }

  private async reasonOfLoss(held: HeldJob): Promise<AbortReason> {
    return (await this.settings.store.isCancelled(held.id)) ? 'cancelled' : 'lease-lost';
  }

  private note(held: HeldJob, outcome: AttemptOutcome): void {
    const { logger, service } = this.settings;
    const tookMs = Math.round(performance.now() - (this.attempts.get(held.id)?.begunAt ?? performance.now()));
    const level = outcome === 'failed' ? 'error' : outcome === 'done' ? 'info' : 'warn';
    logger[level]({ job: held.subject, jobId: held.id, attempt: held.attempt, outcome, durationMs: tookMs }, 'job attempt ended');
    countAttempt(service, { subject: held.subject, outcome, tookMs });
  }
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}
