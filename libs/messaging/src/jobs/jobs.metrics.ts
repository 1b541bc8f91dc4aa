import { metricsOf, observeMetrics, workBuckets } from '@voiceassist/kit';
import type { AttemptOutcome, JobRunner } from './job-runner.js';
import type { JobStore } from './job-store.js';

const metrics = metricsOf('messaging');
const service = 'service that owns the jobs';
const states = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
const job = 'subject of the job';
const attempts = metrics.counter({ name: 'job_attempts_total', labels: { service, job, outcome: ['done', 'retried', 'failed', 'lost', 'given-back'] }, description: 'Attempts ended, by outcome.' });
const duration = metrics.histogram({ name: 'job_duration_seconds', unit: 's', labels: { service, job }, buckets: workBuckets, description: 'How long attempts took, whatever came of them.' });
const byState = metrics.gauge({ name: 'jobs', labels: { service, state: states }, description: 'Jobs kept, by state.' });
const running = metrics.gauge({ name: 'jobs_running', labels: { service }, description: 'Attempts that run in this process now.' });
const limit = metrics.gauge({ name: 'jobs_concurrency_limit', labels: { service }, description: 'How many attempts may run in this process at the same time.' });
const oldestDue = metrics.gauge({ name: 'job_oldest_due_age_seconds', unit: 's', labels: { service }, description: 'How long the oldest job has been due and not begun.' });
const deadLetters = metrics.gauge({ name: 'job_dead_letters', labels: { service }, description: 'Jobs kept that have used up their attempts.' });

/** Counts an attempt of a service's job that has ended. */
export function countAttempt(owner: string, ended: { readonly subject: string; readonly outcome: AttemptOutcome; readonly tookMs: number }): void {
  attempts.add(1, { service: owner, job: ended.subject, outcome: ended.outcome });
  duration.record(ended.tookMs / 1_000, { service: owner, job: ended.subject });
}

/** Reports what a service's jobs do and wait for; answers how to stop that. */
export function reportJobs(owner: string, { store, runner, concurrency }: { readonly store: JobStore; readonly runner: JobRunner; readonly concurrency: number }): () => void {
  return observeMetrics({
    of: [byState, running, limit, oldestDue, deadLetters],
    read: async (see) => {
      see(running, runner.running, { service: owner });
      see(limit, concurrency, { service: owner });
      const { byState: counts, oldestDueSeconds } = await store.backlog();
      for (const state of states) see(byState, counts.get(state) ?? 0, { service: owner, state });
      see(deadLetters, counts.get('failed') ?? 0, { service: owner });
      see(oldestDue, oldestDueSeconds, { service: owner });
    },
  });
}
