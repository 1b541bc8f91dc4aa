import type { JobContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';

export type JobPayloadOf<C extends JobContract> = z.input<C['payload']>;

export type JobStateName = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobState {
  readonly jobId: string;
  readonly state: JobStateName;
  /** Attempts begun so far. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Why the last attempt failed, or why the job ended; null while nothing went wrong. */
  readonly reason: string | null;
  /** When the next attempt may begin, while queued. */
  readonly nextAttemptAt: Date;
}

export interface Enqueue {
  /** Names the work: while a job of this contract and key is not final, asking again changes nothing. */
  readonly key: string;
  readonly call: Call;
  /** Earliest start, in milliseconds from now. */
  readonly delayMs?: number;
}

/**
 * Work of a service that survives restarts. The row written here is the truth about it; whatever dispatches it may
 * forget everything. Inside a transaction pass its manager, elsewhere `dataSource.manager`.
 */
export abstract class Jobs {
  /** Writes the job in the manager's transaction and answers its id, or the id of the one that is already on its way. */
  abstract enqueue<C extends JobContract>(manager: EntityManager, contract: C, payload: JobPayloadOf<C>, options: Enqueue): Promise<string>;

  /** Ends a job that is not final and aborts its running attempt; false when there was none. */
  abstract cancel(manager: EntityManager, contract: JobContract, key: string): Promise<boolean>;

  /** The newest job under the key, or null. */
  abstract state(manager: EntityManager, contract: JobContract, key: string): Promise<JobState | null>;
}
