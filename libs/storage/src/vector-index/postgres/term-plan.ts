import { bm25 } from '../../lexical/bm25.js';

/** A term of the query that the index knows. */
export interface WeightedTerm {
  readonly termNo: number;
  readonly documentFrequency: number;
  /** Its rarity times how often the query says it. */
  readonly weight: number;
}

/**
 * Which terms' postings are read whole. `rest` is only looked up for the passages the others found, which is right as
 * long as the worst passage of the answer scores more than `restBound`, the most that `rest` alone could give.
 */
export interface TermPlan {
  readonly essential: readonly WeightedTerm[];
  readonly rest: readonly WeightedTerm[];
  readonly restBound: number;
}

const sum = (terms: readonly WeightedTerm[], of: (term: WeightedTerm) => number): number => terms.reduce((total, term) => total + of(term), 0);

export function boundOf(terms: readonly WeightedTerm[]): number {
  return sum(terms, ({ weight }) => weight) * (bm25.k1 + 1);
}

export const wholePlan = (terms: readonly WeightedTerm[]): TermPlan => ({ essential: terms, rest: [], restBound: 0 });

/**
 * What the last of the answer probably scores: the least rare of the terms that are needed to fill the answer, said
 * once in a passage of average length, and a share of the others.
 */
function likelyLast(essential: readonly WeightedTerm[], reaching: number): number {
  const certain = essential[reaching - 1]?.weight ?? 0;
  return 0.9 * certain + 0.6 * (sum(essential, ({ weight }) => weight) - certain);
}

/** Below this many postings nothing is won. */
const worthPlanning = 1_500;

/**
 * Rare terms first: a common word's long list of postings is left unread where it can hardly change who is in the
 * answer. A guess that proves wrong costs a second query, never a wrong answer.
 */
export function planTerms(terms: readonly WeightedTerm[], limit: number): TermPlan {
  const sorted = [...terms].sort((one, other) => other.weight - one.weight);
  const postings = (list: readonly WeightedTerm[]): number => sum(list, ({ documentFrequency }) => documentFrequency);
  if (postings(sorted) < worthPlanning) return wholePlan(terms);
  const reaching = sorted.findIndex((_, position) => postings(sorted.slice(0, position + 1)) >= limit * 2) + 1;
  for (let count = Math.max(reaching, 1); reaching > 0 && count < sorted.length; count++) {
    const essential = sorted.slice(0, count);
    const rest = sorted.slice(count);
    const restBound = boundOf(rest);
    const worthwhile = postings(essential) * rest.length < postings(rest);
    if (worthwhile && restBound <= likelyLast(essential, reaching)) return { essential, rest, restBound };
  }
  return wholePlan(terms);
}
