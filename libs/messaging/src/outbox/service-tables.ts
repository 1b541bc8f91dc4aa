import type { DataSource } from 'typeorm';

type Table = 'outbox' | 'inbox' | 'dead_letter' | 'job';

/** The quoted name of one of our tables, in the schema the service's data source is set to. */
export function tableOf(dataSource: DataSource, table: Table): string {
  const { schema } = dataSource.options as { readonly schema?: string }; // every data source of the house is Postgres
  return schema ? `"${schema}"."${table}"` : `"${table}"`;
}

/** Rows of a statement; TypeORM answers UPDATE and DELETE with `[rows, count]` and everything else with the rows. */
export function rowsOf<T>(result: unknown): T[] {
  const [first, second] = result as [unknown, unknown];
  return (Array.isArray(first) && typeof second === 'number' ? first : result) as T[];
}
