import { createRequire } from 'node:module';
import { stopWords } from './stop-words.js';

const load = createRequire(import.meta.url);
const porter2 = load('wink-porter2-stemmer') as (word: string) => string; // ships no types

const word = /\p{L}[\p{L}\p{M}\p{N}]*|\p{N}+(?:[.,]\p{N}+)*/gu;
const english = /^[a-z]+$/;
const stems = new Map<string, string>();
const mostStemsKept = 50_000;

function stem(text: string): string {
  if (!english.test(text) || text.length < 3) return text;
  const known = stems.get(text);
  if (known !== undefined) return known;
  if (stems.size >= mostStemsKept) stems.clear();
  const found = porter2(text);
  stems.set(text, found);
  return found;
}

/** Words and numbers of a text as they are compared: compatibility forms folded, lower case, whole decimals. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(word) ?? [];
}

/** Stems of the words that carry meaning, in order and with repetitions. Numbers stay whole. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const each of wordsOf(text)) if (!stopWords.has(each)) terms.push(stem(each));
  return terms;
}

export function isNumber(term: string): boolean {
  return /^\p{N}/u.test(term);
}
