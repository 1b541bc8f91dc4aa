import type { DataSource, EntityManager } from 'typeorm';

/** Runs a statement and gives its rows; TypeORM answers UPDATE and DELETE with `[rows, count]`, everything else with the rows. */
export async function rows<T>(on: DataSource | EntityManager, statement: string, values: readonly unknown[] = []): Promise<T[]> {
  const answer: unknown = await on.query(statement, [...values]);
  const [first, second] = answer as [unknown, unknown];
  return (Array.isArray(first) && typeof second === 'number' ? first : answer) as T[];
}
