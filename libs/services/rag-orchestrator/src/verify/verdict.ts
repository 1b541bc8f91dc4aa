import { citedSentences, type CitedSentence } from './cited-sentences.js';
import { isSupported, statesFact } from './support.js';

/** What the check of a sentence against what it cites found. */
export type SentenceCheck = 'supported' | 'unsupported' | 'uncited' | 'no-fact';

function check({ text, numbers }: CitedSentence, sources: ReadonlyMap<number, string>): SentenceCheck {
  if (!statesFact(text)) return 'no-fact';
  if (numbers.length === 0) return 'uncited';
  return isSupported(text, numbers.map((number) => sources.get(number) ?? '').join('\n')) ? 'supported' : 'unsupported';
}

/** Each sentence of an answer, checked. */
export function checkSentences(answer: string, sources: ReadonlyMap<number, string>): SentenceCheck[] {
  return citedSentences(answer).map((sentence) => check(sentence, sources));
}

/** `supported` when every sentence that states a fact is cited and stands in what it cites; else `partly`. */
export function verdictOf(checks: readonly SentenceCheck[]): 'supported' | 'partly' {
  const facts = checks.filter((each) => each !== 'no-fact');
  return facts.length > 0 && facts.every((each) => each === 'supported') ? 'supported' : 'partly';
}
