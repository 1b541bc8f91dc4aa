import { termsOf, wordsOf } from '@voiceassist/ai';
import { genericTerms } from '../evidence/generic-words.js';

export interface EarlierTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

const pointsBack = /^\W*(?:and|but|so|then|also|or|what about|how about|what if|why not|why|really|which ones?|in that case|same for|for how long|how long|how often|how much|and if)\b|\b(?:it|its|they|them|their|theirs|those|these|this|that|he|she|him|her|there|such|the same|the latter|the former|the second|the first|one|ones|otherwise|instead)\b/i;
const fewTerms = 3;
const mostCharacters = 2000;

const specificCount = (text: string) => new Set(termsOf(text).filter((term) => !genericTerms.has(term))).size;

/** Whether a question can hardly be understood without what was said before. */
export function leansOnContext(question: string): boolean {
  const specific = specificCount(question);
  if (specific === 0) return true;
  return specific <= fewTerms && wordsOf(question).length <= 16 && pointsBack.test(question);
}

/**
 * A follow-up question with what it is about in front, so that a search without a conversation finds the same thing: the
 * nearest earlier question that stands by itself, then those between. A question that stands by itself stays as it is.
 */
export function standaloneQuestion(question: string, earlier: readonly EarlierTurn[]): string {
  if (!leansOnContext(question)) return question;
  const asked = earlier.filter(({ role }) => role === 'user').map(({ content }) => content);
  const context: string[] = [];
  for (const each of asked.reverse().slice(0, 3)) {
    context.unshift(each);
    if (!leansOnContext(each)) break;
  }
  // the newest words matter most when it has to be cut
  return [...context, question].join(' ').slice(-mostCharacters);
}
