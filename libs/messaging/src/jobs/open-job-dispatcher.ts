import type { DataSource } from 'typeorm';
import type { JobDispatcher } from './job-dispatcher.js';

export interface DispatcherOptions {
  /** `database:` or `redis://host:port`. */
  readonly url: string;
  readonly service: string;
  readonly dataSource: DataSource;
  readonly concurrency: number;
  readonly onTrouble: (error: Error) => void;
}

/** Opens the dispatcher of one service. */
export async function openJobDispatcher({ url, service, dataSource, concurrency, onTrouble }: DispatcherOptions): Promise<JobDispatcher> {
  const { BullJobDispatcher } = await import('./bullmq.job-dispatcher.js');
  const place = url === 'database:'
    ? { kind: 'postgres' as const, schema: queueSchemaOf(dataSource), connection: connectionOf(dataSource) }
    : { kind: 'redis' as const, url };
  return new BullJobDispatcher({ place, queue: service, concurrency, onTrouble });
}

interface PostgresOptions {
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: unknown;
  readonly database?: string;
  readonly ssl?: unknown;
  readonly schema?: string;
}

/** BullMQ names its tables as it likes (one of them `job`), so they live beside the service's schema, not in it. */
export function queueSchemaOf(dataSource: DataSource): string {
  const { schema } = dataSource.options as PostgresOptions;
  return `${schema ?? 'public'}_queue`;
}

/** The service's own database and role, in the words of `pg`. */
function connectionOf(dataSource: DataSource): Record<string, unknown> {
  const { url, host, port, username, password, database, ssl } = dataSource.options as PostgresOptions; // every data source of the house is Postgres
  const settings = { connectionString: url, host, port, user: username, password, database, ssl };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
