import { metrics, type BatchObservableResult } from '@opentelemetry/api';
import type { AttemptOutcome } from './job-runner.js';
import type { JobStore } from './job-store.js';

export interface JobsReport {
  attempt(subject: string, outcome: AttemptOutcome): void;
  stop(): void;
}

/** Reports a service's jobs by state, and its attempts by job and outcome. */
export function reportJobs(service: string, store: JobStore): JobsReport {
  const meter = metrics.getMeter('voiceassist.messaging');
  const attempts = meter.createCounter('job_attempts', { description: 'Attempts ended, by outcome' });
  const byState = meter.createObservableGauge('jobs', { description: 'Jobs kept, by state' });
  const observe = async (result: BatchObservableResult): Promise<void> => {
    for (const { state, jobs } of await store.countByState()) result.observe(byState, jobs, { service, state });
  };
  meter.addBatchObservableCallback(observe, [byState]);
  return {
    attempt: (job, outcome) => attempts.add(1, { service, job, outcome }),
    stop: () => meter.removeBatchObservableCallback(observe, [byState]),
  };
}
