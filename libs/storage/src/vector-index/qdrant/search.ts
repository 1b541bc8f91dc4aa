import type { Schemas } from '@qdrant/js-client-rest';
import { analyseQuery } from '../../lexical/analyse.js';
import { blend, denseCandidates, type Candidate } from '../blend.js';
import { comparableVector } from '../index-rules.js';
import type { IndexModel, PassageHit, PassageQuery } from '../vector-index.js';
import type { QdrantEngine } from './engine.js';
import { candidateOf, pointIdOf, sparseOf, type SparseVector } from './points.js';
import { denseVector, sparseVector, type QdrantVersion } from './versions.js';

type Ask = Schemas['QueryRequest'];
type Condition = Schemas['Condition'];
interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
}

const with_payload = ['passageId', 'documentId', 'collectionId'];

async function askAll(engine: QdrantEngine, collection: string, searches: readonly Ask[]): Promise<Scored[][]> {
  if (searches.length === 0) return [];
  const answers = await engine.call((client) => client.queryBatch(collection, { searches: [...searches] }));
  return answers.map(({ points }) => points.map(({ payload, score }) => ({ candidate: candidateOf(payload), score })));
}

interface Search {
  readonly readable: Condition;
  readonly words: SparseVector | null;
  readonly vector: readonly number[] | null;
  readonly limit: number;
}

/** BM25 of passages that only the encoder found. */
async function scoreWords(engine: QdrantEngine, collection: string, { search, near }: { search: Search; near: readonly Scored[] }): Promise<Scored[]> {
  if (!search.words || near.length === 0) return [];
  const has_id = near.map(({ candidate }) => pointIdOf(candidate.passageId));
  const [scored] = await askAll(engine, collection, [
    { query: search.words, using: sparseVector, filter: { must: [search.readable, { has_id }] }, limit: near.length, with_payload },
  ]);
  return scored ?? [];
}

function asks({ readable, words, vector, limit }: Search): { byWords: Ask[]; byMeaning: Ask[] } {
  const filter = { must: [readable] };
  return {
    byWords: words ? [{ query: words, using: sparseVector, filter, limit, with_payload }] : [],
    byMeaning: vector ? [{ query: [...vector], using: denseVector, filter, limit: denseCandidates, with_payload }] : [],
  };
}

/** One search of one version; fails with CollectionGone when that version was dropped meanwhile. */
export async function searchVersion(engine: QdrantEngine, version: QdrantVersion, { query, handle }: { query: PassageQuery; handle: IndexModel }): Promise<PassageHit[]> {
  const terms = analyseQuery(query.query);
  const vector = comparableVector(query, handle, version);
  const words = terms.size === 0 ? null : sparseOf(terms);
  const search: Search = { readable: { key: 'collectionId', match: { any: [...query.collectionIds] } }, words, vector, limit: query.limit };
  const { byWords, byMeaning } = asks(search);
  const answers = await askAll(engine, version.collection, [...byWords, ...byMeaning]);
  const lexical = words ? (answers[0] ?? []) : [];
  const near = vector ? (answers.at(-1) ?? []) : [];
  const known = new Set(lexical.map(({ candidate }) => candidate.passageId));
  const only = near.filter(({ candidate }) => !known.has(candidate.passageId));
  const scores = new Map((await scoreWords(engine, version.collection, { search, near: only })).map(({ candidate, score }) => [candidate.passageId, score]));
  return blend({
    lexical: [
      ...lexical.map(({ candidate, score }) => ({ ...candidate, lexicalScore: score })),
      ...only.map(({ candidate }) => ({ ...candidate, lexicalScore: scores.get(candidate.passageId) ?? 0 })),
    ],
    dense: vector ? new Map(near.map(({ candidate, score }) => [candidate.passageId, score])) : null,
    limit: query.limit,
    weights: query.weights,
  });
}
