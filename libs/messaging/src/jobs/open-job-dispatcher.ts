import type { SqlConnection } from '@voiceassist/storage';
import type { JobDispatcher } from './job-dispatcher.js';

export interface DispatcherOptions {
  /** `database:` or `redis://host:port`. */
  readonly url: string;
  readonly service: string;
  readonly sql: SqlConnection;
  readonly concurrency: number;
  readonly onTrouble: (error: Error) => void;
}

/** Opens the dispatcher of one service. */
export async function openJobDispatcher({ url, service, sql, concurrency, onTrouble }: DispatcherOptions): Promise<JobDispatcher> {
  const { BullJobDispatcher } = await import('./bullmq.job-dispatcher.js');
  const common = { queue: service, concurrency, onTrouble };
  if (url !== 'database:') return new BullJobDispatcher({ ...common, place: { kind: 'redis', url } });
  const { prepareQueueSchema } = await import('./queue-schema.js');
  return new BullJobDispatcher({ ...common, place: { kind: 'postgres', connection: await prepareQueueSchema(sql) } });
}
