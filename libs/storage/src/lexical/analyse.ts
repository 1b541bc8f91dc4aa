import { stem } from './stem.js';
import { stopWords } from './stop-words.js';
import { tokenise } from './tokenise.js';

/** What of a passage the lexical index keeps: how often each term occurs and how many there are. */
export interface AnalysedPassage {
  readonly frequencies: ReadonlyMap<string, number>;
  readonly length: number;
}

/** A query longer than this is cut, and no more distinct terms than this are looked up: the rest adds cost, not sense. */
const queryCharacters = 20_000;
const queryTermsAtMost = 128;

function countTerms(text: string): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const token of tokenise(text)) {
    if (stopWords.has(token)) continue;
    const term = stem(token);
    frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  return frequencies;
}

/** Analyses a passage for the index; the title counts as its first sentence. */
export function analysePassage(title: string, text: string): AnalysedPassage {
  const frequencies = countTerms(`${title}\n${text}`);
  let length = 0;
  for (const frequency of frequencies.values()) length += frequency;
  return { frequencies, length };
}

/** The distinct terms of a question with how often it says them. Empty when it says nothing but stop words. */
export function analyseQuery(query: string): ReadonlyMap<string, number> {
  const frequencies = countTerms(query.slice(0, queryCharacters));
  return frequencies.size <= queryTermsAtMost ? frequencies : new Map([...frequencies].slice(0, queryTermsAtMost));
}
