import { createInterface } from 'node:readline';
import type { Stores } from '../runtime/runtime.js';
import { ended, launch, run } from '../programs.js';

/** Rows of every table by its name. */
export type RowCounts = Readonly<Record<string, number>>;

const tables = "relkind IN ('r', 'p') AND nspname !~ '^(pg_|information_schema)' AND nspname NOT IN ('extensions')";
const countRows = `SELECT coalesce(json_object_agg(name, rows ORDER BY name), '{}') FROM (
  SELECT format('%s.%s', nspname, relname) AS name, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I', nspname, relname), false, true, '')))[1]::text::bigint AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${tables}) counted`.replaceAll('\n', ' ');

export async function countRowsOf(stores: Stores, database: string): Promise<RowCounts> {
  return JSON.parse(await run(stores.postgres('psql', ['-d', database, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', countRows]))) as RowCounts; // the query above builds it
}

/**
 * Dumps the whole database as it is at one moment, and counts the rows of that same moment: a transaction stays open that lends
 * its view to the dump. The product goes on meanwhile.
 */
export async function dumpSnapshot(stores: Stores, file: string): Promise<RowCounts> {
  const session = launch(stores.postgres('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1']));
  const over = ended(session, 'psql');
  over.catch(() => undefined); // its failure shows below, as an answer that does not come
  const lines = createInterface({ input: session.stdout })[Symbol.asyncIterator]();
  const answer = async (sql: string): Promise<string> => {
    session.stdin.write(`${sql};\n`);
    const line = await Promise.race([lines.next(), over.then(() => ({ done: true as const, value: undefined }))]);
    if (line.done) throw new Error('the database ended the session');
    return line.value;
  };
  try {
    session.stdin.write('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n');
    const snapshot = await answer('SELECT pg_export_snapshot()');
    const counts = JSON.parse(await answer(countRows)) as RowCounts; // the query above builds it
    await run(stores.postgres('pg_dump', ['-Fc', '-Z', '6', `--snapshot=${snapshot}`]), { outputFile: file });
    return counts;
  } finally {
    session.stdin.end('ROLLBACK;\n');
    await over.catch(() => undefined);
  }
}

const dropOurs = `DO $$ DECLARE each name; BEGIN FOR each IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' AND nspname <> 'public' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', each); END LOOP; END $$`;

/** Makes the database what the dump holds; roles must exist. All of it or nothing. */
export async function loadDump(stores: Stores, file: string, database: string): Promise<void> {
  await run(stores.postgres('psql', ['-d', database, '-Xq', '-v', 'ON_ERROR_STOP=1', '-c', dropOurs]));
  await run(stores.postgres('pg_restore', ['-d', database, '--single-transaction', '--exit-on-error']), { inputFile: file });
}

/** Lends a new database for the work and drops it. */
export async function withScratchDatabase<T>(stores: Stores, work: (database: string) => Promise<T>): Promise<T> {
  const name = `voiceassist_scratch_${process.pid}_${Date.now()}`;
  const sql = (text: string) => run(stores.postgres('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-c', text]));
  await sql(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    return await work(name);
  } finally {
    await sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}
