import type { EventContract, JobContract } from '@voiceassist/contracts';
import type { JobWork } from '../jobs/job-work.js';
import type { EventWork } from '../outbox/event-work.js';

/** The third argument of an event's or a job's handler. */
export type WorkOf<C> = C extends EventContract ? EventWork : C extends JobContract ? JobWork : never;
