import { bm25, inverseDocumentFrequency } from '../../lexical/bm25.js';
import type { Candidate } from '../blend.js';
import type { CatalogueRow, SqlRunner, VersionTables } from './catalogue.js';
import { planTerms, wholePlan, type TermPlan, type WeightedTerm } from './term-plan.js';

export interface WordSearch {
  readonly tables: VersionTables;
  readonly row: CatalogueRow;
  readonly terms: readonly WeightedTerm[];
  /** Numbers of the collections that may be looked at. */
  readonly collections: readonly number[];
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

const numbersOf = (terms: readonly WeightedTerm[]): number[] => terms.map(({ termNo }) => termNo);
const weightsOf = (terms: readonly WeightedTerm[]): number[] => terms.map(({ weight }) => weight);

/** The best of everything that has any of the terms. */
const wholeBest = (postings: string): string => `
  select p.passage_no, sum(${score}) as score
  from unnest($2::integer[], $3::float8[]) as q(term_no, weight) join ${postings} p on p.term_no = q.term_no
  where p.collection_no = any($4::integer[])
  group by p.passage_no order by score desc, p.passage_no limit $5::integer`;

/** The best of what has an essential term; the others' part is looked up only for what could still get into the answer. */
const plannedBest = (postings: string): string => `
  with partly as materialized (
    select p.passage_no, sum(${score}) as score
    from unnest($2::integer[], $3::float8[]) as q(term_no, weight) join ${postings} p on p.term_no = q.term_no
    where p.collection_no = any($4::integer[])
    group by p.passage_no
  ),
  kept as materialized (
    select passage_no, score from partly
    where score >= coalesce((select score from partly order by score desc offset $5::integer - 1 limit 1), 0) - $6::float8
  )
  select passage_no, score + coalesce((
    select sum(${score}) from unnest($7::integer[], $8::float8[]) as q(term_no, weight)
    join ${postings} p on p.term_no = q.term_no and p.passage_no = kept.passage_no
  ), 0) as score
  from kept order by score desc, passage_no limit $5::integer`;

async function runPlan(sql: SqlRunner, { tables, row, collections }: WordSearch, { plan, limit }: { plan: TermPlan; limit: number }): Promise<ScoredRow[]> {
  const { essential, rest, restBound } = plan;
  const whole = rest.length === 0;
  return sql.query<ScoredRow[]>(
    `with best as (${whole ? wholeBest(tables.postings) : plannedBest(tables.postings)})
     select best.passage_no as "passageNo", best.score as "lexicalScore", g.passage_id as "passageId", g.document_id as "documentId", c.collection_id as "collectionId"
     from best join ${tables.passages} g using (passage_no) join ${tables.collections} c using (collection_no) order by best.score desc, best.passage_no`,
    [averageLengthOf(row), numbersOf(essential), weightsOf(essential), collections, limit, ...(whole ? [] : [restBound, numbersOf(rest), weightsOf(rest)])],
  );
}

/** The best passages by BM25, best first: exactly those that reading every posting would give. */
export async function searchWords(sql: SqlRunner, search: WordSearch, limit: number): Promise<ScoredRow[]> {
  if (search.terms.length === 0) return [];
  const plan = planTerms(search.terms, limit);
  const found = await runPlan(sql, search, { plan, limit });
  const last = found[limit - 1]?.lexicalScore ?? 0;
  if (plan.rest.length === 0 || last > plan.restBound) return found;
  return runPlan(sql, search, { plan: wholePlan(search.terms), limit });
}

/** BM25 of given passages, by number; 0 for one without any term of the query. */
export async function scoreWords(sql: SqlRunner, { tables, row, terms }: WordSearch, passageNos: readonly number[]): Promise<Map<number, number>> {
  if (terms.length === 0 || passageNos.length === 0) return new Map();
  // a subquery for each passage: as a join, the planner may prefer to read every posting of the terms
  const rows = await sql.query<{ passageNo: number; score: number }[]>(
    `select passage_no as "passageNo", coalesce((
       select sum(${score}) from unnest($2::integer[], $3::float8[]) as q(term_no, weight)
       join ${tables.postings} p on p.term_no = q.term_no and p.passage_no = wanted.passage_no
     ), 0)::float8 as score
     from unnest($4::integer[]) as wanted(passage_no)`,
    [averageLengthOf(row), numbersOf(terms), weightsOf(terms), passageNos],
  );
  return new Map(rows.map(({ passageNo, score: found }) => [passageNo, found]));
}
