import { analysePassage } from '../../lexical/analyse.js';
import type { PassageEntry } from '../vector-index.js';
import type { Catalogue, SqlRunner, VersionTables } from './catalogue.js';

/** Lengths and frequencies stand in two bytes: a passage of more terms scores as one of this many. */
const countedAtMost = 32_767;

interface AnalysedEntry {
  readonly entry: PassageEntry;
  readonly frequencies: ReadonlyMap<string, number>;
  readonly length: number;
}

const capped = (count: number): number => Math.min(count, countedAtMost);

async function numberCollections(sql: SqlRunner, tables: VersionTables, collectionIds: readonly string[]): Promise<Map<string, number>> {
  await sql.query(
    `insert into ${tables.collections} (collection_id)
     select id from unnest($1::text[]) id where not exists (select from ${tables.collections} where collection_id = id) order by id on conflict do nothing`,
    [collectionIds],
  );
  const rows = await sql.query<{ id: string; no: number }[]>(
    `select collection_id as id, collection_no as no from ${tables.collections} where collection_id = any($1::text[])`,
    [collectionIds],
  );
  return new Map(rows.map(({ id, no }) => [id, no]));
}

async function countTerms(sql: SqlRunner, tables: VersionTables, analysed: readonly AnalysedEntry[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { frequencies } of analysed) for (const term of frequencies.keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  const rows = await sql.query<{ term: string; no: number }[]>(
    `insert into ${tables.terms} as known (term, document_frequency)
     select * from unnest($1::text[], $2::integer[])
     on conflict (term) do update set document_frequency = known.document_frequency + excluded.document_frequency
     returning term, term_no as no`,
    [[...counts.keys()], [...counts.values()]],
  );
  return new Map(rows.map(({ term, no }) => [term, no]));
}

function numberOf(numbers: ReadonlyMap<string, number>, name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error('the database did not number what it was given');
  return number;
}

interface Numbers {
  readonly terms: ReadonlyMap<string, number>;
  readonly collections: ReadonlyMap<string, number>;
  readonly vectorSchema: string | null;
}

async function insertPassages(sql: SqlRunner, tables: VersionTables, { analysed, numbers }: { analysed: readonly AnalysedEntry[]; numbers: Numbers }): Promise<Map<string, number>> {
  const { vectorSchema } = numbers;
  const columns = [
    analysed.map(({ entry }) => entry.passageId),
    analysed.map(({ entry }) => entry.documentId),
    analysed.map(({ entry }) => numberOf(numbers.collections, entry.collectionId)),
    analysed.map(({ length }) => capped(length)),
    analysed.map(({ frequencies }) => `{${[...frequencies.keys()].map((term) => numberOf(numbers.terms, term)).join(',')}}`),
    ...(vectorSchema === null ? [] : [analysed.map(({ entry }) => (entry.vector ? `[${entry.vector.join(',')}]` : null))]),
  ];
  const embedding = vectorSchema === null ? { column: '', value: '', source: '' } : { column: ', embedding', value: `, v::${vectorSchema}.vector`, source: ', $6::text[]' };
  const rows = await sql.query<{ id: string; no: number }[]>(
    `insert into ${tables.passages} (passage_id, document_id, collection_no, length, term_nos${embedding.column})
     select p, d, c, l, t::integer[]${embedding.value}
     from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::text[]${embedding.source}) as given(p, d, c, l, t${vectorSchema === null ? '' : ', v'})
     returning passage_id as id, passage_no as no`,
    columns,
  );
  return new Map(rows.map(({ id, no }) => [id, no]));
}

async function insertPostings(sql: SqlRunner, tables: VersionTables, { analysed, numbers, passages }: { analysed: readonly AnalysedEntry[]; numbers: Numbers; passages: ReadonlyMap<string, number> }): Promise<void> {
  const rows = analysed.flatMap(({ entry, frequencies, length }) => {
    const passage = numberOf(passages, entry.passageId);
    const collection = numberOf(numbers.collections, entry.collectionId);
    return [...frequencies].map(([term, frequency]) => [numberOf(numbers.terms, term), passage, collection, capped(frequency), capped(length)] as const);
  });
  rows.sort((one, other) => one[0] - other[0] || one[1] - other[1]); // neighbours in the index are written together
  await sql.query(
    `insert into ${tables.postings} (term_no, passage_no, collection_no, frequency, length)
     select * from unnest($1::integer[], $2::integer[], $3::integer[], $4::smallint[], $5::smallint[])`,
    [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column])),
  );
}

/** Takes passages out of a version and its statistics; `column` says by what they are named. */
export async function removePassages(sql: SqlRunner, tables: VersionTables, { column, ids }: { column: 'passage_id' | 'document_id'; ids: readonly string[] }): Promise<{ passages: number; terms: number }> {
  const rows = await sql.query<{ passages: number; terms: number }[]>(
    `with gone as (delete from ${tables.passages} where ${column} = any($1::text[]) returning passage_no, length, term_nos),
     pairs as (select term_no, passage_no from gone, unnest(term_nos) as term_no),
     unposted as (delete from ${tables.postings} p using pairs where p.term_no = pairs.term_no and p.passage_no = pairs.passage_no returning p.term_no),
     counts as (select term_no, count(*)::integer as n from unposted group by term_no),
     recounted as (update ${tables.terms} t set document_frequency = t.document_frequency - counts.n from counts where t.term_no = counts.term_no returning 1)
     select count(*)::integer as passages, coalesce(sum(length), 0)::integer as terms from gone`,
    [ids],
  );
  return rows[0] ?? { passages: 0, terms: 0 };
}

/** Writes one batch into a version whose catalogue row the transaction has locked. */
export async function writeBatch(sql: SqlRunner, catalogue: Catalogue, batch: { tables: VersionTables; version: number; vectorSchema: string | null; entries: readonly PassageEntry[] }): Promise<void> {
  const { tables, entries, vectorSchema } = batch;
  const gone = await removePassages(sql, tables, { column: 'passage_id', ids: entries.map(({ passageId }) => passageId) });
  const analysed = entries.map((entry): AnalysedEntry => ({ entry, ...analysePassage(entry.title, entry.text) }));
  const numbers: Numbers = {
    collections: await numberCollections(sql, tables, [...new Set(entries.map(({ collectionId }) => collectionId))]),
    terms: await countTerms(sql, tables, analysed),
    vectorSchema,
  };
  const passages = await insertPassages(sql, tables, { analysed, numbers });
  await insertPostings(sql, tables, { analysed, numbers, passages });
  const added = analysed.reduce((total, { length }) => total + capped(length), 0);
  await catalogue.addCounts(sql, batch.version, { passages: entries.length - gone.passages, terms: added - gone.terms });
}
