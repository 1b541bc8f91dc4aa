import { joinLines, type Vocabulary } from './hyphenation.js';
import { isListMarker, startsWithListMarker } from './list-marker.js';
import type { Paragraph } from './page-text.js';
import type { Segment } from './segment.js';

interface Cell {
  text: string;
  x0: number;
  x1: number;
}

interface Row {
  heading: boolean;
  cells: Cell[];
  y: number;
  size: number;
}

const overlaps = (a: Cell, b: { x0: number; x1: number }) => Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0) > 0;

function rowsByBaseline(segments: readonly Segment[], isHeading: (segment: Segment) => boolean): Row[] {
  const rows: Row[] = [];
  for (const segment of [...segments].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    const { text, x0, x1, y, size } = segment;
    const last = rows.at(-1);
    if (last && Math.abs(last.y - y) <= 0.35 * Math.max(last.size, size)) {
      last.cells.push({ text, x0, x1 });
      last.heading = false;
    } else rows.push({ cells: [{ text, x0, x1 }], y, size, heading: isHeading(segment) });
  }
  for (const row of rows) row.cells.sort((a, b) => a.x0 - b.x0);
  return rows;
}

/** A line that only goes on with cells of the row above: text that was too long for its cell. */
function continues(above: Row, row: Row): boolean {
  if (row.heading || above.heading) return false;
  if (row.cells.length > above.cells.length || (row.cells.length === above.cells.length && row.cells.length > 1)) return false;
  if (row.y - above.y > 1.6 * Math.max(above.size, row.size)) return false;
  if (startsWithListMarker(row.cells[0]!.text)) return false;
  if (above.cells.length === 1 && /[.:;?!]$/.test(above.cells[0]!.text)) return false;
  return row.cells.every((cell) => above.cells.some((other) => overlaps(other, cell)));
}

function append(above: Row, row: Row, vocabulary: Vocabulary): void {
  for (const cell of row.cells) {
    const target = above.cells.find((other) => overlaps(other, cell))!; // `continues` has seen one
    target.text = joinLines(target.text, cell.text, vocabulary);
    target.x0 = Math.min(target.x0, cell.x0);
    target.x1 = Math.max(target.x1, cell.x1);
  }
  above.y = row.y;
}

function textOf(row: Row): string {
  const [first, ...others] = row.cells.map((cell) => cell.text);
  if (first !== undefined && others.length > 0 && isListMarker(first)) return `${first} ${others.join('\t')}`;
  return row.cells.map((cell) => cell.text).join('\t');
}

/** The rows of a table, cells parted by a tab, cells of several lines put together; titles between rows are headings. */
export function tableRowsOf(segments: readonly Segment[], vocabulary: Vocabulary, isHeading: (segment: Segment) => boolean): Paragraph[] {
  const rows: Row[] = [];
  for (const row of rowsByBaseline(segments, isHeading)) {
    const above = rows.at(-1);
    if (above && continues(above, row)) append(above, row, vocabulary);
    else rows.push(row);
  }
  return rows.map((row) => (row.heading ? { kind: 'heading', text: textOf(row), weight: row.size } : { kind: 'table-row', text: textOf(row) }));
}
