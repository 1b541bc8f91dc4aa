import type { TextFragment } from './text-fragment.js';

/** Fragments of one line without a wide gap between them: a line of a column, or a cell of a table row. */
export interface Segment {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  /** Baseline of its largest text, y downwards. */
  readonly y: number;
  readonly size: number;
  /** Font of most of its characters. */
  readonly font: string;
}

/** Gaps up to this many times the font size are word spaces, also in stretched justified lines. */
const widestWordSpace = 1.2;
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/g;
const leftToRight = /[A-Za-z\u00C0-\u024F\u0370-\u052F]/g;

interface OpenSegment {
  fragments: TextFragment[];
  x0: number;
  x1: number;
  y: number;
  size: number;
}

function open(fragment: TextFragment): OpenSegment {
  return { fragments: [fragment], x0: fragment.x, x1: fragment.x + fragment.width, y: fragment.y, size: fragment.size };
}

function absorb(segment: OpenSegment, other: OpenSegment): void {
  segment.fragments.push(...other.fragments);
  segment.x0 = Math.min(segment.x0, other.x0);
  segment.x1 = Math.max(segment.x1, other.x1);
  if (other.size > segment.size * 1.05) {
    segment.y = other.y;
    segment.size = other.size;
  }
}

/** Same baseline, or a raised or lowered smaller sign (footnote marks, indices). */
function onOneLine(a: OpenSegment, b: OpenSegment): boolean {
  const larger = Math.max(a.size, b.size);
  const distance = Math.abs(a.y - b.y);
  if (distance <= 0.25 * larger) return true;
  return Math.min(a.size, b.size) < 0.85 * larger && distance <= 0.6 * larger;
}

function gapBetween(a: OpenSegment, b: OpenSegment): number {
  return Math.max(a.x0, b.x0) - Math.min(a.x1, b.x1);
}

/** Neighbours in the file that continue each other. Most files write a line's runs one after the other. */
function joinNeighbours(fragments: readonly TextFragment[]): OpenSegment[] {
  const segments: OpenSegment[] = [];
  for (const fragment of fragments) {
    const next = open(fragment);
    const last = segments.at(-1);
    const gap = last ? gapBetween(last, next) : Infinity;
    if (last && onOneLine(last, next) && gap <= widestWordSpace * Math.max(last.size, next.size) && gap >= -0.5 * next.size) absorb(last, next);
    else segments.push(next);
  }
  return segments;
}

/** Pieces of one line that the file wrote far apart from each other. */
function joinScattered(segments: OpenSegment[]): OpenSegment[] {
  const joined: OpenSegment[] = [];
  const sorted = [...segments].sort((a, b) => a.y - b.y || a.x0 - b.x0);
  for (const segment of sorted) {
    const partner = findPartner(joined, segment);
    if (partner) absorb(partner, segment);
    else joined.push(segment);
  }
  return joined;
}

function findPartner(joined: readonly OpenSegment[], segment: OpenSegment): OpenSegment | undefined {
  // Sorted by baseline: only the last few can lie on the same line.
  for (let index = joined.length - 1; index >= 0 && index >= joined.length - 40; index -= 1) {
    const candidate = joined[index]!;
    const size = Math.max(candidate.size, segment.size);
    const gap = gapBetween(candidate, segment);
    const near = gap <= 0.6 * size && gap >= -0.3 * size;
    if (near && onOneLine(candidate, segment)) return candidate;
  }
  return undefined;
}

function isRightToLeft(fragments: readonly TextFragment[]): boolean {
  const text = fragments.map((fragment) => fragment.text).join('');
  return (text.match(rightToLeft)?.length ?? 0) > (text.match(leftToRight)?.length ?? 0);
}

function compose(fragments: readonly TextFragment[], rtl: boolean): string {
  let text = '';
  let previous: TextFragment | undefined;
  for (const fragment of fragments) {
    if (previous) {
      const gap = rtl ? previous.x - (fragment.x + fragment.width) : fragment.x - (previous.x + previous.width);
      if (isRepetition(previous, fragment)) continue;
      if (fragment.spaceBefore || gap > 0.2 * Math.min(previous.size, fragment.size)) text += ' ';
    }
    text += fragment.text;
    previous = fragment;
  }
  return text.replace(/[ \t\n]+/g, ' ').trim();
}

/** Bold imitated by printing the same run twice with a tiny shift. */
function isRepetition(a: TextFragment, b: TextFragment): boolean {
  return a.text === b.text && Math.abs(a.x - b.x) < 0.2 * a.size && Math.abs(a.y - b.y) < 0.2 * a.size;
}

function mainFont(fragments: readonly TextFragment[]): string {
  const characters = new Map<string, number>();
  for (const { font, text } of fragments) characters.set(font, (characters.get(font) ?? 0) + text.length);
  return [...characters].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** The lines and cells of a page, from top to bottom; reading order is decided later. */
export function segmentsOf(fragments: readonly TextFragment[]): Segment[] {
  return joinScattered(joinNeighbours(fragments))
    .map(({ fragments: parts, x0, x1, y, size }) => {
      const rtl = isRightToLeft(parts);
      const ordered = [...parts].sort((a, b) => (rtl ? b.x - a.x : a.x - b.x));
      return { text: compose(ordered, rtl), x0, x1, y, size, font: mainFont(parts) };
    })
    .filter((segment) => segment.text !== '');
}
