import { runMigrations, type PgQueryable } from 'bullmq';
import pg from 'pg';
import type { SqlConnection } from '@voiceassist/storage';

/** How BullMQ reaches its tables, in the words of `pg`. */
export interface QueueConnection {
  readonly schema: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: SqlConnection['ssl'];
  readonly max: number;
}

/**
 * Brings BullMQ's tables up to date in the schema beside the service's own, which the service's role owns. The role may
 * not create schemas, and Postgres refuses even `CREATE SCHEMA IF NOT EXISTS` to it, so that statement is left out.
 */
export async function prepareQueueSchema(sql: SqlConnection): Promise<QueueConnection> {
  const { host, port, user, password, database, ssl } = sql;
  const connection = { host, port, user, password, database, ssl };
  const schema = `${sql.schema}_queue`;
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await runMigrations(withoutSchemaCreation(client), schema);
  } finally {
    await client.end();
  }
  return { ...connection, schema, max: 2 };
}

function withoutSchemaCreation(client: pg.Client): PgQueryable {
  const query = (text: string, values?: unknown[]) => (text.startsWith('CREATE SCHEMA') ? Promise.resolve({ rows: [] }) : client.query(text, values));
  return { query } as PgQueryable; // its rows are typed by each caller, as those of pg are
}
