import { hostname } from 'node:os';
import type { ServiceContract } from '@voiceassist/contracts';
import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { SqlConnection } from '@voiceassist/storage';
import { AuditLog } from '../audit/audit-log.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import { dataSourceOf } from '../outbox/outbox.part.js';
import { auditedJob } from './audited-job.js';
import type { JobDispatcher } from './job-dispatcher.js';
import { JobRunner, type JobHandler } from './job-runner.js';
import { JobStore } from './job-store.js';
import { JobSweeper } from './job-sweeper.js';
import { JobsConfig } from './jobs.config.js';
import { Jobs } from './jobs.js';
import { reportJobs } from './jobs.metrics.js';
import { openJobDispatcher } from './open-job-dispatcher.js';
import { SqlJobs } from './sql.jobs.js';

/**
 * Jobs of a service: provides `Jobs` and runs its `@Handles` methods for jobs. It needs the service's `DataSource` (list
 * `sqlPart` before it) with `messagingMigrations`, and `busPart`.
 */
export function jobsPart(service: ServiceContract): PlatformPart {
  return new JobsPart(service);
}

class JobsPart extends PlatformPart {
  readonly name = 'jobs';
  override readonly configs = [JobsConfig];

  constructor(private readonly service: ServiceContract) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const dataSource = dataSourceOf(context, this.name);
    const config = context.config(JobsConfig);
    const dispatcher = await this.openDispatcher(context);
    const store = new JobStore(dataSource);
    const handlers: JobHandler[] = [];
    const sweeper = new JobSweeper({
      store, dispatcher, logger: context.logger, everyMs: config.JOBS_SWEEP_MS, redispatchMs: config.JOBS_REDISPATCH_MS, retryMs: config.JOBS_RETRY_MS,
    });
    const runner = new JobRunner({
      store, handlers, logger: context.logger, service: this.service.name, worker: `${context.processName}@${hostname()}:${process.pid}`, retryMs: config.JOBS_RETRY_MS,
      onRetry: () => sweeper.wake(),
    });
    const stopReporting = reportJobs(this.service.name, { store, runner, concurrency: config.JOBS_CONCURRENCY });
    const jobs = new SqlJobs(this.service, store, { onEnqueued: () => sweeper.wake(), onCancelled: (jobId) => runner.abort(jobId, 'cancelled') });

    return {
      provides: [{ token: Jobs, value: jobs }],
      dependencies: [{ name: 'jobs', required: false, check: () => dispatcher.check() }],
      started: async () => {
        const audit = context.get(AuditLog);
        handlers.push(...context.get(HandlerRegistry).handlersOf('job').map((handler) => auditedJob(handler, audit)));
        await dispatcher.work((jobId) => runner.run(jobId));
        sweeper.start();
      },
      drain: async () => {
        await Promise.all([sweeper.stop(), dispatcher.pause()]);
        await runner.drain(config.JOBS_DRAIN_MS);
      },
      close: async () => {
        stopReporting();
        await sweeper.stop();
        await dispatcher.close();
      },
    };
  }

  private openDispatcher(context: PartContext): Promise<JobDispatcher> {
    const config = context.config(JobsConfig);
    return openJobDispatcher({
      url: config.JOBS_URL, service: this.service.name, sql: context.get(SqlConnection), concurrency: config.JOBS_CONCURRENCY,
      onTrouble: (error) => context.logger.debug({ err: error }, 'job dispatcher in trouble'),
    });
  }
}
