import type { PhiKind, PhiSpan } from '../kinds.js';

/** Looks for one sort of information; every expression in a finder is bounded, so that its time grows with the text only. */
export type Finder = (text: string) => PhiSpan[];

/** A finder of all matches of an expression; `judge` may refuse a match or shift its bounds. */
export function finderOf(expression: RegExp, kind: PhiKind, judge: (match: RegExpExecArray, text: string) => number | PhiSpan): Finder {
  return (text) => {
    const spans: PhiSpan[] = [];
    // not matchAll: it copies the expression for every text, which costs more than looking through a short one
    expression.lastIndex = 0;
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
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

const isBlank = (text: string, at: number): boolean => at <= 0 || at >= text.length || text.charCodeAt(at) <= 32;

/**
 * Looks with a costly finder only around what every match of it contains: `reach` characters to either side of the anchor, out to the next blank.
 * Windows that touch are one, so that nothing is looked at twice and time stays linear.
 */
export function around(anchor: RegExp, reach: number, find: Finder): Finder {
  const longestWord = 120;
  return (text) => {
    const spans: PhiSpan[] = [];
    let [from, to] = [-1, -1];
    const look = () => {
      if (from < 0) return;
      for (const { start, end, kind, score } of find(text.slice(from, to))) spans.push({ start: start + from, end: end + from, kind, score });
    };
    anchor.lastIndex = 0;
    for (let match = anchor.exec(text); match !== null; match = anchor.exec(text)) {
      if (match[0] === '') anchor.lastIndex += 1;
      let start = Math.max(0, match.index - reach);
      for (let steps = 0; steps < longestWord && !isBlank(text, start - 1); steps += 1) start -= 1;
      let end = Math.min(text.length, match.index + match[0].length + reach);
      for (let steps = 0; steps < longestWord && !isBlank(text, end); steps += 1) end += 1;
      if (start > to) {
        look();
        from = start;
      }
      to = Math.max(to, end);
    }
    look();
    return spans;
  };
}
