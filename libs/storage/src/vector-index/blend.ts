import { defaultWeights } from './index-rules.js';
import type { BlendWeights, PassageHit } from './vector-index.js';

/** How many of the encoder's best passages take part: beyond them its order is noise. */
export const denseCandidates = 100;

export interface Candidate {
  readonly passageId: string;
  readonly documentId: string;
  readonly collectionId: string;
}

export interface ScoredCandidates {
  /** Every candidate with its BM25; 0 for one the encoder alone found. */
  readonly lexical: readonly (Candidate & { readonly lexicalScore: number })[];
  /** Cosine by passage id, only the encoder's best; null when it was not asked. */
  readonly dense: ReadonlyMap<string, number> | null;
  readonly limit: number;
  readonly weights?: BlendWeights;
}

function scaling(dense: ReadonlyMap<string, number>): (cosine: number) => number {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const cosine of dense.values()) {
    lowest = Math.min(lowest, cosine);
    highest = Math.max(highest, cosine);
  }
  const spread = highest - lowest;
  return spread > 0 ? (cosine) => (cosine - lowest) / spread : () => 1;
}

function byScore(one: PassageHit, other: PassageHit): number {
  // dividing by the best can make two neighbours equal: then the words still decide
  return other.score - one.score || other.lexicalScore - one.lexicalScore || (one.passageId < other.passageId ? -1 : 1);
}

/**
 * Blends words and meaning: BM25 divided by the query's best BM25, plus the weighted cosine scaled to 0..1 over the
 * encoder's best. A weak encoder can break ties and add what the words missed, but not overrule a clear match.
 */
export function blend({ lexical, dense, limit, weights = defaultWeights }: ScoredCandidates): PassageHit[] {
  const best = lexical.reduce((highest, { lexicalScore }) => Math.max(highest, lexicalScore), 0);
  const scaled = dense && dense.size > 0 ? scaling(dense) : null;
  const hits = lexical.map((candidate): PassageHit => {
    const denseScore = dense?.get(candidate.passageId) ?? null;
    const meaning = denseScore === null || !scaled ? 0 : weights.dense * scaled(denseScore);
    const { passageId, documentId, collectionId, lexicalScore } = candidate;
    return { passageId, documentId, collectionId, lexicalScore, denseScore, score: (best > 0 ? lexicalScore / best : 0) + meaning };
  });
  return hits.sort(byScore).slice(0, limit);
}
