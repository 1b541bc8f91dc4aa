import type { Segment } from './segment.js';

/** Segments to be read one after the other: lines of a column, or the rows of a table. */
export interface Region {
  readonly kind: 'column' | 'table';
  readonly segments: readonly Segment[];
}

const fewestLines = 3;
/** Text narrower than this is a cell, not a column of prose. */
const wordsOfACell = 4;

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const wordCount = (text: string) => text.split(' ').length;

interface Band {
  readonly crossing: boolean;
  readonly segments: Segment[];
}

/** From top to bottom: stretches that a vertical line at `x` leaves whole, and stretches it would cut. */
function bandsAt(x: number, sorted: readonly Segment[]): Band[] {
  const bands: Band[] = [];
  for (const segment of sorted) {
    const crossing = segment.x0 < x && segment.x1 > x;
    const last = bands.at(-1);
    if (last?.crossing === crossing) last.segments.push(segment);
    else bands.push({ crossing, segments: [segment] });
  }
  return withoutOneSidedBands(x, bands);
}

/** A stretch with text on one side only is part of the full-width text around it (the short last line of a paragraph). */
function withoutOneSidedBands(x: number, bands: readonly Band[]): Band[] {
  const merged: Band[] = [];
  for (const { crossing, segments } of bands) {
    const { left, right } = sidesOf(x, segments);
    const whole = crossing || left.length === 0 || right.length === 0;
    const last = merged.at(-1);
    if (last?.crossing === whole) last.segments.push(...segments);
    else merged.push({ crossing: whole, segments: [...segments] });
  }
  return merged;
}

function sidesOf(x: number, segments: readonly Segment[]) {
  return { left: segments.filter((segment) => segment.x1 <= x), right: segments.filter((segment) => segment.x0 >= x) };
}

/** How many lines would really stand side by side if the region were parted at `x`. */
function gainAt(x: number, sorted: readonly Segment[]): number {
  let gain = 0;
  for (const band of bandsAt(x, sorted)) {
    if (band.crossing) continue;
    const { left, right } = sidesOf(x, band.segments);
    const pairs = Math.min(rowsOf(left).length, rowsOf(right).length);
    if (pairs >= fewestLines || isTableBand(x, band.segments)) gain += pairs;
  }
  return gain;
}

/** The place between columns: just left of where many lines begin. */
function findGutter(sorted: readonly Segment[]): number | null {
  const beginnings = new Map<number, number>();
  for (const segment of sorted) {
    const x = Math.round(segment.x0 - 1);
    beginnings.set(x, (beginnings.get(x) ?? 0) + 1);
  }
  const candidates = [...beginnings].sort((a, b) => b[1] - a[1]).slice(0, 24).map(([x]) => x);
  let best: { x: number; gain: number } | null = null;
  for (const x of candidates) {
    const gain = gainAt(x, sorted);
    if (gain >= 2 && (!best || gain > best.gain)) best = { x, gain };
  }
  return best && best.gain >= 2 ? best.x : null;
}

/** Tight, so that two columns of prose with their own leading do not line up by chance. */
const sameRow = (a: Segment, b: Segment) => Math.abs(a.y - b.y) <= 0.15 * Math.min(a.size, b.size);

function rowsOf(segments: readonly Segment[]): Segment[] {
  return segments.filter((segment, index) => index === 0 || !sameRow(segments[index - 1]!, segment));
}

/** Rows line up on both sides and one side is made of short cells: reading down the columns would tear the rows apart. */
function isTableBand(x: number, segments: readonly Segment[]): boolean {
  const sides = sidesOf(x, segments);
  const [fewer, more] = [rowsOf(sides.left), rowsOf(sides.right)].sort((a, b) => a.length - b.length) as [Segment[], Segment[]];
  if (fewer.length < 2) return false;
  const cellWords = (side: readonly Segment[]) => median(side.map(({ text }) => wordCount(text)));
  if (Math.min(cellWords(sides.left), cellWords(sides.right)) > wordsOfACell) return false;
  const aligned = fewer.filter((row) => more.some((other) => sameRow(row, other))).length;
  return aligned >= 0.6 * fewer.length;
}

function isAlone(segments: readonly Segment[]): boolean {
  return segments.length < 4;
}

/**
 * Puts a page's segments into the order in which a person reads them: columns one after the other, lines that span
 * columns between them, tables row by row. `depth` bounds the nesting of columns within columns.
 */
export function readingOrder(segments: readonly Segment[], depth = 0): Region[] {
  const sorted = [...segments].sort((a, b) => a.y - b.y || a.x0 - b.x0);
  if (sorted.length === 0) return [];
  const gutter = isAlone(sorted) || depth > 6 ? null : findGutter(sorted);
  if (gutter === null) return [{ kind: 'column', segments: sorted }];
  return bandsAt(gutter, sorted).flatMap((band) => orderBand(gutter, band, depth));
}

function orderBand(gutter: number, band: Band, depth: number): Region[] {
  if (band.crossing) return readingOrder(band.segments, depth + 1);
  if (isTableBand(gutter, band.segments)) return [{ kind: 'table', segments: band.segments }];
  const { left, right } = sidesOf(gutter, band.segments);
  return [...readingOrder(left, depth + 1), ...readingOrder(right, depth + 1)];
}
