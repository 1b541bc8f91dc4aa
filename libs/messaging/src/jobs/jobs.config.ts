import { Config, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** Where jobs are dispatched and how eagerly. */
export class JobsConfig extends Config({
  JOBS_URL: secretSetting(
    z.string().regex(/^(database:|rediss?:\/\/.+)/, 'must be database: or redis://host:port').default('database:'),
    'What dispatches jobs: `database:` (the service\'s own database) or `redis://host:port`.',
  ),
  JOBS_CONCURRENCY: setting(z.coerce.number().int().min(1).max(100).default(4), 'How many jobs one service works on at the same time in one process.'),
  JOBS_SWEEP_MS: setting(z.coerce.number().int().min(20).max(600_000).default(5_000), 'How often forgotten and abandoned jobs are looked for, in milliseconds.'),
  JOBS_REDISPATCH_MS: setting(z.coerce.number().int().min(20).max(600_000).default(15_000), 'How long a due job may wait before it is dispatched again, in milliseconds.'),
  JOBS_RETRY_MS: setting(z.coerce.number().int().min(10).max(600_000).default(1_000), 'Pause before the second attempt of a job, in milliseconds; it doubles with every further one, up to ten minutes.'),
  JOBS_DRAIN_MS: setting(z.coerce.number().int().min(0).max(600_000).default(2_000), 'How long running jobs may go on when the process stops, in milliseconds; then they are aborted and begin again elsewhere.'),
}) {}
