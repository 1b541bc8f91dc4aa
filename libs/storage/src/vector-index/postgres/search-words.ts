import { bm25, inverseDocumentFrequency } from '../../lexical/bm25.js';
import type { Candidate } from '../blend.js';
import type { CatalogueRow, SqlRunner, VersionTables } from './catalogue.js';

export interface WordSearch {
  readonly tables: VersionTables;
  readonly row: CatalogueRow;
  readonly terms: readonly WeightedTerm[];
  /** Numbers of the collections that may be looked at. */
  readonly collections: readonly number[];
}

/** A term of the query that the index knows. */
export interface WeightedTerm {
  readonly termNo: number;
  readonly documentFrequency: number;
  /** Its rarity times how often the query says it. */
  readonly weight: number;
}

export type ScoredRow = Candidate & { readonly passageNo: number; readonly lexicalScore: number };

/** What the passage's part of a term's score is in SQL, with the average length in `$1` and the posting called `p`. */
const score = `q.weight * (p.frequency * ${bm25.k1 + 1}::float8) / (p.frequency + ${bm25.k1}::float8 * (${1 - bm25.b}::float8 + ${bm25.b}::float8 * p.length / $1::float8))`;

export function averageLengthOf(row: CatalogueRow): number {
  return row.passages > 0 ? Math.max(row.termTotal / row.passages, 1) : 1;
}

export async function weighTerms(sql: SqlRunner, { tables, row }: Pick<WordSearch, 'tables' | 'row'>, query: ReadonlyMap<string, number>): Promise<WeightedTerm[]> {
  if (query.size === 0) return [];
  const rows = await sql.query<{ termNo: number; term: string; documentFrequency: number }[]>(
    `select term_no as "termNo", term, document_frequency as "documentFrequency" from ${tables.terms} where term = any($1::text[]) and document_frequency > 0`,
    [[...query.keys()]],
  );
  return rows.map(({ termNo, term, documentFrequency }) => ({
    termNo,
    documentFrequency,
    weight: (query.get(term) ?? 0) * inverseDocumentFrequency(row.passages, documentFrequency),
  }));
}

/** The best passages by BM25, best first. */
export async function searchWords(sql: SqlRunner, { tables, row, terms, collections }: WordSearch, limit: number): Promise<ScoredRow[]> {
  if (terms.length === 0) return [];
  return sql.query<ScoredRow[]>(
    `with best as (
       select p.passage_no, sum(${score}) as score
       from unnest($2::integer[], $3::float8[]) as q(term_no, weight) join ${tables.postings} p on p.term_no = q.term_no
       where p.collection_no = any($4::integer[])
       group by p.passage_no order by score desc, p.passage_no limit $5
     )
     select best.passage_no as "passageNo", best.score as "lexicalScore", g.passage_id as "passageId", g.document_id as "documentId", c.collection_id as "collectionId"
     from best join ${tables.passages} g using (passage_no) join ${tables.collections} c using (collection_no)`,
    [averageLengthOf(row), terms.map(({ termNo }) => termNo), terms.map(({ weight }) => weight), collections, limit],
  );
}

/** BM25 of given passages, by number; a passage without any term of the query is absent. */
export async function scoreWords(sql: SqlRunner, { tables, row, terms }: WordSearch, passageNos: readonly number[]): Promise<Map<number, number>> {
  if (terms.length === 0 || passageNos.length === 0) return new Map();
  const rows = await sql.query<{ passageNo: number; score: number }[]>(
    `select p.passage_no as "passageNo", sum(${score}) as score
     from unnest($2::integer[], $3::float8[]) as q(term_no, weight)
     cross join unnest($4::integer[]) as wanted(passage_no)
     join ${tables.postings} p on p.term_no = q.term_no and p.passage_no = wanted.passage_no
     group by p.passage_no`,
    [averageLengthOf(row), terms.map(({ termNo }) => termNo), terms.map(({ weight }) => weight), passageNos],
  );
  return new Map(rows.map(({ passageNo, score: found }) => [passageNo, found]));
}
