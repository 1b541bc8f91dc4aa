import type { IndexModel } from '../vector-index.js';
import type { SqlRunner, VersionTables } from './catalogue.js';

function indexName(table: string, purpose: string): string {
  const bare = table.slice(table.lastIndexOf('.') + 1).replaceAll('"', '');
  return `"${bare}_${purpose}"`;
}

/** Creates the empty tables of a version; `vectorSchema` is where pgvector lives, null for an index of words only. */
export async function createVersionTables(sql: SqlRunner, tables: VersionTables, { model, vectorSchema }: { model: IndexModel; vectorSchema: string | null }): Promise<void> {
  const embedding = vectorSchema === null ? '' : `, embedding ${vectorSchema}.vector(${model.dimension})`;
  await sql.query(`create table ${tables.passages} (
    passage_no integer generated always as identity primary key,
    passage_id text not null unique,
    document_id text not null,
    collection_no integer not null,
    length smallint not null,
    term_nos integer[] not null${embedding}
  )`);
  await sql.query(`create index ${indexName(tables.passages, 'document')} on ${tables.passages} (document_id)`);
  await sql.query(`create index ${indexName(tables.passages, 'collection')} on ${tables.passages} (collection_no)`);
  await sql.query(`create table ${tables.terms} (
    term_no integer generated always as identity primary key,
    term text not null unique,
    document_frequency integer not null
  ) with (fillfactor = 70)`);
  await sql.query(`create table ${tables.postings} (
    term_no integer not null,
    passage_no integer not null,
    collection_no integer not null,
    frequency smallint not null,
    length smallint not null
  )`);
  // everything a score needs stands in the index, so that a search never visits the table
  await sql.query(
    `create unique index ${indexName(tables.postings, 'score')} on ${tables.postings} (term_no, passage_no) include (collection_no, frequency, length)`,
  );
}

/** Builds the graph over the vectors: at once for an empty version, after the fill for one that was filled. */
export async function createVectorGraph(sql: SqlRunner, tables: VersionTables, vectorSchema: string): Promise<void> {
  await sql.query(`create index if not exists ${indexName(tables.passages, 'embedding')} on ${tables.passages} using hnsw (embedding ${vectorSchema}.vector_cosine_ops)`);
}

/** Lets index-only scans trust the pages and the planner know the sizes; PGlite has nobody who does it by itself. */
export async function vacuumVersion(pool: SqlRunner, tables: VersionTables): Promise<void> {
  for (const table of [tables.postings, tables.passages, tables.terms]) await pool.query(`vacuum (analyze) ${table}`);
}
