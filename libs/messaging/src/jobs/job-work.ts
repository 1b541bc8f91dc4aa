import type { EntityManager } from 'typeorm';

/** What a job's handler learns about this attempt; the same job may be attempted again under the same id. */
export interface JobWork {
  readonly jobId: string;
  /** The key under which the work was asked for; the handler is idempotent by it. */
  readonly key: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** If this attempt fails, the job ends as failed: the handler may record that in its own tables. */
  readonly lastAttempt: boolean;
  /** Aborted when the job is cancelled, when another worker may have taken it over, and when the process stops. */
  readonly signal: AbortSignal;
  /**
   * Says that the work goes on (it is also said by itself, several times a lease) and throws if this attempt no longer
   * holds the job. With the manager of a transaction the transaction can only commit while this attempt holds the job.
   */
  heartbeat(manager?: EntityManager): Promise<void>;
}
