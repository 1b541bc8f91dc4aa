import { isLarge, looksLikeHeading, type DocumentStyle } from './document-style.js';
import { joinLines, type Vocabulary } from './hyphenation.js';
import { startsWithListMarker } from './list-marker.js';
import type { Paragraph } from './page-text.js';
import type { Region } from './reading-order.js';
import type { Segment } from './segment.js';
import { tableRowsOf } from './table-rows.js';

interface Line extends Segment {
  readonly column: Column;
}

interface Column {
  readonly x0: number;
  readonly x1: number;
  /** Usual distance from one baseline to the next. */
  readonly pitch: number;
}

interface OpenParagraph {
  lines: Line[];
  text: string;
  readonly heading: boolean;
}

const longestHeadingWords = 32;
const endsSentence = /[.!?:;]["”’)\]]*(?:\s?\[[\d,–-]+\])?$/;

function columnOf(segments: readonly Segment[]): Column {
  const distances = segments.slice(1).map((segment, index) => segment.y - segments[index]!.y).filter((distance) => distance > 1).sort((a, b) => a - b);
  const fallback = 1.2 * (segments[0]?.size ?? 10);
  return {
    x0: Math.min(...segments.map((segment) => segment.x0)),
    x1: Math.max(...segments.map((segment) => segment.x1)),
    pitch: distances[Math.floor(distances.length / 4)] ?? fallback,
  };
}

/** Lines of one baseline in one column belong together (`1.` and what follows a wide tab). */
function linesOf(segments: readonly Segment[]): Line[] {
  const column = columnOf(segments);
  const lines: Line[] = [];
  for (const segment of segments) {
    const last = lines.at(-1);
    if (last && Math.abs(last.y - segment.y) <= 0.35 * Math.max(last.size, segment.size)) {
      const [left, right] = last.x0 <= segment.x0 ? [last, segment] : [segment, last];
      lines[lines.length - 1] = { ...last, x0: left.x0, x1: Math.max(left.x1, right.x1), text: `${left.text} ${right.text}` };
    } else lines.push({ ...segment, column });
  }
  return lines;
}

/** By its looks, and because nothing before it is in the middle of a sentence. */
function isHeading(line: Line, previous: Line | undefined, style: DocumentStyle): boolean {
  if (!looksLikeHeading(line, style)) return false;
  if (isLarge(line, style) || !previous || endsSentence.test(previous.text)) return true;
  if (previous.column !== line.column) return true;
  const apart = line.y - previous.y > 1.3 * line.column.pitch || line.y < previous.y;
  return apart || looksLikeHeading(previous, style);
}

function sameStyle(a: Line, b: Line): boolean {
  return a.font === b.font && Math.abs(a.size - b.size) < 0.5;
}

function startsNew(open: OpenParagraph, line: Line): boolean {
  const last = open.lines.at(-1)!;
  const first = open.lines[0]!;
  if (startsWithListMarker(line.text)) return true;
  if (Math.abs(line.size - last.size) > 0.12 * Math.max(line.size, last.size) && endsSentence.test(last.text)) return true;
  if (line.column !== last.column) return !goesOn(last, line);
  const distance = line.y - last.y;
  if (distance < 0 || distance > 1.5 * Math.max(line.column.pitch, line.size)) return true;
  const inItem = startsWithListMarker(first.text);
  if (!inItem && line.x0 > last.x0 + 0.5 * line.size && line.x0 < last.x1) return true;
  if (inItem && line.x0 < first.x0 - 0.5 * line.size) return true;
  const shortLine = last.x1 < last.column.x1 - 0.2 * (last.column.x1 - last.column.x0);
  return shortLine && endsSentence.test(last.text) && /^[\p{Lu}\p{N}]/u.test(line.text);
}

/** A sentence that runs from the foot of one column to the head of the next. */
function goesOn(last: Line, line: Line): boolean {
  return Math.abs(last.size - line.size) < 0.5 && !endsSentence.test(last.text) && /^\p{Ll}/u.test(line.text) && last.text.split(' ').length > 3;
}

function joins(open: OpenParagraph, line: Line, heading: boolean): boolean {
  if (open.heading !== heading) return false;
  return heading ? continuesHeading(open, line) : !startsNew(open, line);
}

function closed({ heading, text, lines }: OpenParagraph): Paragraph {
  if (heading) return { kind: 'heading', text, weight: Math.max(...lines.map(({ size }) => size)) };
  return { kind: startsWithListMarker(text) ? 'list-item' : 'paragraph', text };
}

function paragraphsOfLines(lines: readonly Line[], style: DocumentStyle, vocabulary: Vocabulary): Paragraph[] {
  const paragraphs: OpenParagraph[] = [];
  for (const line of lines) {
    const open = paragraphs.at(-1);
    const heading = isHeading(line, open?.lines.at(-1), style);
    if (open && joins(open, line, heading)) {
      open.text = joinLines(open.text, line.text, vocabulary);
      open.lines.push(line);
    } else paragraphs.push({ lines: [line], text: line.text, heading });
  }
  return paragraphs.map(closed);
}

function continuesHeading(open: OpenParagraph, line: Line): boolean {
  const last = open.lines.at(-1)!;
  return open.lines.length < 4 && sameStyle(last, line) && line.y - last.y > 0 && line.y - last.y <= 1.6 * line.size && !startsWithListMarker(line.text);
}

/** Runs that look like headings line after line are text in another style (a box, a caption, an emphasised paragraph). */
function withoutFalseHeadings(paragraphs: readonly Paragraph[]): Paragraph[] {
  return paragraphs.map((paragraph, index) => {
    if (paragraph.kind !== 'heading') return paragraph;
    const next = paragraphs[index + 1];
    const tooLong = paragraph.text.split(' ').length > longestHeadingWords;
    const runsOn = next?.kind === 'paragraph' && /^\p{Ll}/u.test(next.text);
    return tooLong || runsOn ? { kind: 'paragraph', text: paragraph.text } : paragraph;
  });
}

/** The paragraphs, items, rows and headings of a page in reading order. */
export function paragraphsOf(regions: readonly Region[], style: DocumentStyle, vocabulary: Vocabulary): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let lines: Line[] = [];
  const flush = () => {
    paragraphs.push(...paragraphsOfLines(lines, style, vocabulary));
    lines = [];
  };
  for (const region of regions) {
    if (region.kind === 'column') {
      lines.push(...linesOf(region.segments));
      continue;
    }
    flush();
    paragraphs.push(...tableRowsOf(region.segments, vocabulary, (segment) => looksLikeHeading(segment, style)));
  }
  flush();
  return withoutFalseHeadings(paragraphs);
}
