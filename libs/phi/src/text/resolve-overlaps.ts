import type { PhiSpan } from '../kinds.js';

/** Of spans that overlap the surer one gives the kind; what both cover stays covered, so that no part of either shows. */
export function resolveOverlaps(spans: readonly PhiSpan[]): PhiSpan[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: PhiSpan[] = [];
  for (const span of sorted) {
    const last = kept.at(-1);
    if (!last || span.start >= last.end) {
      kept.push(span);
      continue;
    }
    const surer = span.score > last.score || (span.score === last.score && span.end - span.start > last.end - last.start) ? span : last;
    kept[kept.length - 1] = { start: last.start, end: Math.max(last.end, span.end), kind: surer.kind, score: Math.max(last.score, span.score) };
  }
  return kept;
}
