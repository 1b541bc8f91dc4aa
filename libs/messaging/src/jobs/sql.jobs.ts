import type { JobContract, ServiceContract } from '@voiceassist/contracts';
import type { EntityManager } from 'typeorm';
import { afterCommit } from '../outbox/after-commit.js';
import { asCauseOf } from '../outbox/cause.js';
import type { JobStore } from './job-store.js';
import { Jobs, type Enqueue, type JobPayloadOf, type JobState } from './jobs.js';

interface Reactions {
  /** Called once a new job has been committed. */
  readonly onEnqueued: () => void;
  /** Called once a cancellation has been committed. */
  readonly onCancelled: (jobId: string) => void;
}

/** Jobs as a table of the service's own schema. */
export class SqlJobs extends Jobs {
  private readonly subjects: ReadonlySet<string>;

  constructor(
    service: ServiceContract,
    private readonly store: JobStore,
    private readonly reactions: Reactions,
  ) {
    super();
    this.subjects = new Set(Object.values(service.operations).map(({ subject }) => subject));
  }

  // eslint-disable-next-line no-restricted-syntax -- transaction, job, payload and options are one sentence
  override async enqueue<C extends JobContract>(manager: EntityManager, contract: C, payload: JobPayloadOf<C>, { key, call, delayMs = 0 }: Enqueue): Promise<string> {
    if (!this.subjects.has(contract.subject)) throw new Error(`${contract.subject} is another service's job; only its own service may enqueue it`);
    const { subject, attempts: maxAttempts, leaseMs } = contract;
    const checked = contract.payload.parse(payload);
    const { isNew, id } = await asCauseOf({ subject, system: 'bullmq', call }, (headers) =>
      this.store.insert(manager, { subject, key, payload: checked, headers, maxAttempts, leaseMs, delayMs }),
    );
    if (isNew) afterCommit(manager, this.reactions.onEnqueued);
    return id;
  }

  override async cancel(manager: EntityManager, contract: JobContract, key: string): Promise<boolean> {
    const jobId = await this.store.cancel(manager, contract.subject, key);
    if (jobId) afterCommit(manager, () => this.reactions.onCancelled(jobId));
    return jobId !== null;
  }

  override state(manager: EntityManager, contract: JobContract, key: string): Promise<JobState | null> {
    return this.store.find(manager, contract.subject, key);
  }
}
