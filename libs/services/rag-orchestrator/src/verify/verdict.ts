import { citedSentences } from './cited-sentences.js';
import { isSupported, statesFact } from './support.js';

/** `supported` when every sentence that states a fact is cited and stands in what it cites; else `partly`. */
export function verdictOf(answer: string, sources: ReadonlyMap<number, string>): 'supported' | 'partly' {
  const facts = citedSentences(answer).filter(({ text }) => statesFact(text));
  if (facts.length === 0) return 'partly';
  const all = facts.every(({ text, numbers }) => numbers.length > 0 && isSupported(text, numbers.map((number) => sources.get(number) ?? '').join('\n')));
  return all ? 'supported' : 'partly';
}
