import { VectorIndexError } from '../vector-index.js';
import { quoted, type SqlRunner } from './catalogue.js';

async function findSchema(sql: SqlRunner): Promise<string | null> {
  const rows = await sql.query<{ schema: string }[]>(
    `select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector'`,
  );
  return rows[0] ? quoted(rows[0].schema) : null;
}

/** Where the extension was found, by opened index: it does not move while one is open. */
const known = new WeakMap<object, string>();

/** As `requireVectorExtension`, asking the database once for each opened index. */
export async function recallVectorExtension(opened: object, sql: SqlRunner): Promise<string> {
  const schema = known.get(opened) ?? (await requireVectorExtension(sql));
  known.set(opened, schema);
  return schema;
}

/**
 * The quoted schema of pgvector, created in `public` when it is missing and may be. Fails with VECTORS_UNSUPPORTED:
 * a plain Postgres can still hold an index without an encoder.
 */
export async function requireVectorExtension(sql: SqlRunner): Promise<string> {
  const found = await findSchema(sql);
  if (found) return found;
  try {
    await sql.query(`create extension if not exists vector schema public`);
  } catch (error) {
    throw new VectorIndexError('VECTORS_UNSUPPORTED', 'This database has no pgvector extension: install it, use Qdrant, or index without an embedder.', { cause: error });
  }
  return quoted('public');
}
