import type { PhiSpan } from '../kinds.js';
import type { Token } from '../text/tokens.js';
import { contextAfter } from './context-after.js';
import { startsSentence } from './context-before.js';
import { senseOf } from './lexicon.js';

const sureEnough = 0.8;

/** Other places where a part of a name stands that was found with good reason: «Rose» later in the note of Rose Young. */
export function findMentions(tokens: readonly Token[], taken: readonly { from: number; to: number; score: number }[]): PhiSpan[] {
  const parts = new Set<string>();
  const inside = new Set<number>();
  for (const { from, to, score } of taken) {
    for (let at = from; at < to; at += 1) {
      inside.add(at);
      const token = tokens[at];
      if (score >= sureEnough && token?.type === 'word' && token.capitals !== 'lower' && token.text.length >= 3) parts.add(token.folded);
    }
  }
  if (parts.size === 0) return [];
  const spans: PhiSpan[] = [];
  tokens.forEach((token, at) => {
    if (token.type !== 'word' || token.capitals === 'lower' || token.capitals === 'initial' || inside.has(at) || !parts.has(token.folded)) return;
    const { sense } = senseOf(token.folded);
    const ordinary = sense !== 'sure' && sense !== 'unknown';
    if ((ordinary && startsSentence(tokens, at) && contextAfter(tokens, at + 1) !== 'acts') || contextAfter(tokens, at + 1) === 'eponym') return;
    spans.push({ start: token.start, end: token.end, kind: 'name', score: 0.7 });
  });
  return spans;
}
