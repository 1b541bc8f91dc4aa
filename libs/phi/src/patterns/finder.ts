import type { PhiKind, PhiSpan } from '../kinds.js';

/** Looks for one sort of information; every expression in a finder is bounded, so that its time grows with the text only. */
export type Finder = (text: string) => PhiSpan[];

/** A finder of all matches of an expression; `judge` may refuse a match or shift its bounds. */
export function finderOf(expression: RegExp, kind: PhiKind, judge: (match: RegExpExecArray, text: string) => number | PhiSpan): Finder {
  return (text) => {
    const spans: PhiSpan[] = [];
    for (const match of text.matchAll(expression)) {
      const judged = judge(match, text);
      if (typeof judged !== 'number') spans.push(judged);
      else if (judged > 0) spans.push({ start: match.index, end: match.index + match[0].length, kind, score: judged });
    }
    return spans;
  };
}

/** The span of a named group of a match; the expression needs the `d` flag. */
export function groupSpan(match: RegExpExecArray, group: string, found: Pick<PhiSpan, 'kind' | 'score'>): PhiSpan {
  const [start, end] = match.indices?.groups?.[group] ?? [match.index, match.index + match[0].length];
  return { start, end, ...found };
}
