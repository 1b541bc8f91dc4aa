import type { DueJob } from './job-store.js';

/**
 * Tells some worker of the service that a job is due. It may forget, repeat or come early: rows decide, and the sweeper
 * asks again.
 */
export abstract class JobDispatcher {
  /** Resolves once the dispatcher has taken note of all of them; rejects while it cannot. */
  abstract dispatch(jobs: readonly DueJob[]): Promise<void>;
  /** Starts handing due job ids to the runner, at most `concurrency` at a time. */
  abstract work(run: (jobId: string) => Promise<void>): Promise<void>;
  /** Hands out nothing more; does not wait for what is running. */
  abstract pause(): Promise<void>;
  /** Resolves when it answers. */
  abstract check(): Promise<void>;
  abstract close(): Promise<void>;
}
