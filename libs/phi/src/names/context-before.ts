import type { Token } from '../text/tokens.js';
import { looseWords, nameLabels, personPhrases, roles, softLabels, softTitles, titles } from './contexts.data.js';

/** How much what stands before a word says that it is a person. */
export type Context = 'title' | 'label' | 'soft-label' | 'role' | 'phrase' | 'signature' | 'salutation' | 'loose' | 'none';

const opening = new Set(['(', '"', '“', '‘', "'", ',', '[', '*']);
const joints = new Set([':', '=', '?', '#']);
const greetings = new Set(['dear', 'hi', 'hello', 'hey']);
const closings = new Set(['sincerely', 'regards', 'thanks', 'thank', 'you', 'best', 'cheers', 'love', 'yours', 'respectfully', 'warmly', 'wishes', 'truly', 'cordially', 'gratefully']);
const ends = new Set(['.', '!', '?', '"', '”', "'", ')', ',', ':']);

const wordAt = (tokens: readonly Token[], at: number): string => (tokens[at]?.type === 'word' ? tokens[at].folded : '');

/** Whether a sentence, a line or the text begins here, so that a capital says nothing. */
export function startsSentence(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || before.type === 'line' || /^(?:[.!?:•*"“(]|--+|–|—|-)$/.test(before.text) || (before.type === 'number' && (tokens[at - 2] === undefined || tokens[at - 2]?.type === 'line'));
}

function phraseBefore(tokens: readonly Token[], at: number): Context {
  const [second, first] = [wordAt(tokens, at - 2), wordAt(tokens, at - 1)];
  if (personPhrases.has(`${second} ${first}`)) return second === 'known' || second === 'known as' ? 'loose' : 'phrase';
  if (second === '' && tokens[at - 2]?.text === '/' && personPhrases.has(`f/u ${first}`) && /^[fF]$/.test(tokens[at - 4]?.text ?? '')) return 'phrase';
  if (second === 'up' && first === 'with') return 'phrase';
  if (tokens[at - 3]?.folded === 'follow' && first === 'with') return 'phrase';
  if (first === 'named') return roles.has(second) || second === 'is' ? 'phrase' : 'loose';
  if (personPhrases.has(first)) return first === 'alias' || first === 'formerly' ? 'loose' : 'phrase';
  if ((first === 'is' || first === 'was' || first === 'called' || first === 'w') && roles.has(second)) return 'role';
  if ((first === 'is' || first === 'this') && second === 'this') return 'loose';
  return looseWords.has(first) ? 'loose' : 'none';
}

function afterWord(tokens: readonly Token[], at: number): Context {
  const first = wordAt(tokens, at - 1);
  if (titles.has(first)) return softTitles.has(first) ? 'role' : 'title';
  if (greetings.has(first)) return 'salutation';
  if (first === 'name' && tokens[at - 2]?.type === 'word' && nameLabels.has(wordAt(tokens, at - 2))) return 'label';
  if (roles.has(first)) return tokens[at - 1]?.capitals === 'upper' && first.length > 3 ? 'label' : 'role';
  return phraseBefore(tokens, at);
}

function afterMark(tokens: readonly Token[], at: number): Context {
  const mark = tokens[at - 1]?.text ?? '';
  const word = wordAt(tokens, at - 2);
  if (mark === '.' && (titles.has(word) || word === 'pt')) return softTitles.has(word) ? 'role' : word === 'pt' ? 'role' : 'title';
  if (joints.has(mark) && nameLabels.has(word)) return softLabels.has(word) ? 'soft-label' : 'label';
  if (joints.has(mark) && tokens[at - 2]?.text === ')' && nameLabels.has(wordAt(tokens, at - 4))) return 'label';
  if (opening.has(mark) && roles.has(word)) return 'role';
  if (mark === '"' || mark === '“' || mark === '*' || mark === '(') return phraseBefore(tokens, at - 1);
  if (mark === "'s" || mark === '/' || mark === '&') return mark === '&' ? 'loose' : 'none';
  if (mark === '-' && nameLabels.has(word) && (tokens[at]?.start ?? 0) > (tokens[at - 1]?.end ?? 0)) return softLabels.has(word) ? 'soft-label' : 'label';
  const dash = /^(?:--+|—|–|-|~|\/\/)$/.test(mark);
  if (dash && (tokens[at - 2] === undefined || tokens[at - 2]?.type === 'line' || ends.has(tokens[at - 2]?.text ?? ''))) return 'signature';
  return 'none';
}

/** What the tokens before one say of it. */
export function contextBefore(tokens: readonly Token[], at: number): Context {
  const before = tokens[at - 1];
  if (before === undefined) return 'none';
  if (before.type === 'word') return afterWord(tokens, at);
  if (before.type === 'mark') return afterMark(tokens, at);
  if (before.type === 'line') {
    const [mark, word] = [tokens[at - 2], wordAt(tokens, at - 3)];
    if (mark?.text === ',' && closings.has(word)) return 'signature';
    if (mark?.type === 'line' && tokens[at - 3]?.text === ',' && closings.has(wordAt(tokens, at - 4))) return 'signature';
    if (mark?.text === ':' && nameLabels.has(word) && !softLabels.has(word)) return 'label';
  }
  return 'none';
}
