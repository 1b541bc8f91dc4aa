import type { EventContract, JobContract } from '@voiceassist/contracts';

/** What an event's handler learns about the delivery; the same event may arrive again under the same id. */
export interface EventWork {
  readonly eventId: string;
}

/** What a job's handler learns about this attempt; the same job may be attempted again under the same id. */
export interface JobWork {
  readonly jobId: string;
  /** Counts from 1. */
  readonly attempt: number;
}

/** The third argument of an event's or a job's handler. */
export type WorkOf<C> = C extends EventContract ? EventWork : C extends JobContract ? JobWork : never;
