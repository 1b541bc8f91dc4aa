import type { PhiSpan } from '../kinds.js';
import type { Token } from '../text/tokens.js';
import { contextAfter } from './context-after.js';
import { startsSentence } from './context-before.js';
import { senseOf } from './lexicon.js';

export interface TakenName {
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

const sureEnough = 0.8;
const shortestPart = 3;

/** The words of a name by which its bearer may be called elsewhere, folded. */
export const partsOfName = (tokens: readonly Token[]): string[] =>
  tokens.filter(({ type, capitals, text }) => type === 'word' && capitals !== 'lower' && capitals !== 'initial' && text.length >= shortestPart).map(({ folded }) => folded);

/** Whether a word that is part of somebody's name is that name here too, and not the ordinary word. */
function isMention(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (!token || contextAfter(tokens, at + 1) === 'eponym') return false;
  const { ordinary } = senseOf(token.folded);
  return !ordinary || !startsSentence(tokens, at) || contextAfter(tokens, at + 1) === 'acts';
}

/** Other places where a part of a name stands that was found with good reason, here or in a text beside: «Rose» later in the note of Rose Young. */
export function findMentions(tokens: readonly Token[], taken: readonly TakenName[], elsewhere: ReadonlySet<string>): PhiSpan[] {
  const parts = new Set(elsewhere);
  const inside = new Set<number>();
  for (const { from, to, score } of taken) {
    for (let at = from; at < to; at += 1) inside.add(at);
    if (score >= sureEnough) for (const part of partsOfName(tokens.slice(from, to))) parts.add(part);
  }
  if (parts.size === 0) return [];
  const spans: PhiSpan[] = [];
  let last = -2;
  tokens.forEach((token, at) => {
    if (token.type !== 'word' || token.capitals === 'lower' || token.capitals === 'initial' || inside.has(at) || !parts.has(token.folded) || !isMention(tokens, at)) return;
    const before = spans.at(-1);
    if (before && last === at - 1) spans[spans.length - 1] = { ...before, end: token.end };
    else spans.push({ start: token.start, end: token.end, kind: 'name', score: 0.7 });
    last = at;
  });
  return spans;
}
