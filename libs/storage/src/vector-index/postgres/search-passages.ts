import { analyseQuery } from '../../lexical/analyse.js';
import { blend } from '../blend.js';
import { comparableVector } from '../index-rules.js';
import type { IndexModel, PassageHit, PassageQuery } from '../vector-index.js';
import { tablesOf, type Catalogue, type SqlRunner } from './catalogue.js';
import { searchVectors, type NearRow } from './search-vectors.js';
import { scoreWords, searchWords, weighTerms, type ScoredRow, type WordSearch } from './search-words.js';
import { recallVectorExtension } from './vector-extension.js';

async function numbersOf(sql: SqlRunner, table: string, collectionIds: readonly string[]): Promise<number[]> {
  const rows = await sql.query<{ no: number }[]>(`select collection_no as no from ${table} where collection_id = any($1::text[])`, [collectionIds]);
  return rows.map(({ no }) => no);
}

async function blendBoth(sql: SqlRunner, words: WordSearch, found: { byWords: ScoredRow[]; near: NearRow[]; query: PassageQuery }): Promise<PassageHit[]> {
  const { byWords, near, query } = found;
  const known = new Set(byWords.map(({ passageNo }) => passageNo));
  const only = near.filter(({ passageNo }) => !known.has(passageNo));
  const scores = await scoreWords(sql, words, only.map(({ passageNo }) => passageNo));
  const lexical = [...byWords, ...only.map((row) => ({ ...row, lexicalScore: scores.get(row.passageNo) ?? 0 }))];
  const dense = new Map(near.map(({ passageId, cosine }) => [passageId, cosine]));
  return blend({ lexical, dense, limit: query.limit, weights: query.weights });
}

/**
 * One search inside one transaction: every statement sees the same version and the same statistics. Fails with an SQL
 * error when the version was dropped between the first statement and the lock; asking again then finds the new one.
 */
export async function searchActive(sql: SqlRunner, catalogue: Catalogue, { query, handle }: { query: PassageQuery; handle: IndexModel }): Promise<PassageHit[]> {
  const row = await catalogue.find(sql, 'active');
  if (!row) return [];
  const tables = tablesOf(catalogue.prefix, row.version);
  // the order in which a dropped version's tables are locked, so that the two cannot wait for each other
  await sql.query(`lock table ${tables.passages}, ${tables.terms}, ${tables.postings} in access share mode`);
  const collections = await numbersOf(sql, tables.collections, query.collectionIds);
  if (collections.length === 0) return [];
  const words: WordSearch = { tables, row, collections, terms: await weighTerms(sql, { tables, row }, analyseQuery(query.query)) };
  const byWords = await searchWords(sql, words, query.limit);
  const vector = comparableVector(query, handle, row);
  if (!vector) return blend({ lexical: byWords, dense: null, limit: query.limit });
  const vectorSchema = await recallVectorExtension(catalogue, sql);
  const near = await searchVectors(sql, { tables, vectorSchema, collections, vector });
  return blendBoth(sql, words, { byWords, near, query });
}
