import type { Candidate } from './candidates.js';

export interface Limits {
  readonly mostSentences: number;
  readonly mostCharacters: number;
}

const redundancyWeight = 0.6;
const coverageWeight = 0.25;
/** A further sentence must be at least this good compared with the first; one from the same passage a little less. */
const keepAbove = { samePassage: 0.5, otherPassage: 0.6 };
const nearlyTheSame = 0.75;

function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (one.size === 0 || other.size === 0) return 0;
  let shared = 0;
  for (const term of one) if (other.has(term)) shared += 1;
  return shared / Math.min(one.size, other.size);
}

function worth(candidate: Candidate, chosen: readonly Candidate[], covered: ReadonlySet<string>): number {
  const likeness = Math.max(0, ...chosen.map((other) => similarity(candidate.terms, other.terms)));
  if (likeness >= nearlyTheSame) return 0;
  const fresh = candidate.matched.size === 0 ? 0 : [...candidate.matched].filter((term) => !covered.has(term)).length / candidate.matched.size;
  return candidate.score * (1 + coverageWeight * fresh - redundancyWeight * likeness * likeness);
}

/** A sentence left out between two chosen neighbours belongs to what they say. */
function gapsOf(chosen: readonly Candidate[], candidates: readonly Candidate[]): Candidate[] {
  const isChosen = (passage: Candidate['passage'], position: number) => chosen.some((other) => other.passage === passage && other.position === position);
  return candidates.filter(({ passage, position }) => !isChosen(passage, position) && isChosen(passage, position - 1) && isChosen(passage, position + 1));
}

/** Takes sentences by relevance, new ground and little repetition, until the next is much worse than the first. */
export function chooseSentences(candidates: readonly Candidate[], limits: Limits): Candidate[] {
  const first = candidates[0];
  if (first === undefined) return [];
  const chosen: Candidate[] = [];
  const covered = new Set<string>();
  let characters = 0;
  const take = (candidate: Candidate) => {
    chosen.push(candidate);
    candidate.matched.forEach((term) => covered.add(term));
    characters += candidate.text.length;
  };
  /** A sentence that leans on the one before it brings that one along, where there is room. */
  const takeWithBase = (candidate: Candidate) => {
    take(candidate);
    const base = candidate.continues ? candidates.find((other) => other.passage === candidate.passage && other.position === candidate.position - 1) : undefined;
    if (base !== undefined && !chosen.includes(base) && chosen.length < limits.mostSentences && characters + base.text.length <= limits.mostCharacters) take(base);
  };
  takeWithBase(first);
  while (chosen.length < limits.mostSentences) {
    const open = candidates.filter((candidate) => !chosen.includes(candidate) && characters + candidate.text.length <= limits.mostCharacters);
    const ranked = open.map((candidate) => ({ candidate, value: worth(candidate, chosen, covered) })).sort((one, other) => other.value - one.value);
    const next = ranked.find(({ candidate, value }) => candidate.passage === first.passage || value >= first.score * keepAbove.otherPassage);
    if (next === undefined || next.value < first.score * keepAbove.samePassage) break;
    takeWithBase(next.candidate);
  }
  for (const gap of gapsOf(chosen, candidates)) if (chosen.length < limits.mostSentences && characters + gap.text.length <= limits.mostCharacters) take(gap);
  return chosen;
}

/** Reading order: the passage of the best sentence first, sentences of one passage as they stand on the page. */
export function inReadingOrder(chosen: readonly Candidate[]): Candidate[][] {
  const markers = [...new Set(chosen.map((candidate) => candidate.passage.marker))];
  return markers.map((marker) => chosen.filter((candidate) => candidate.passage.marker === marker).sort((one, other) => one.position - other.position));
}
