import type { Region } from './reading-order.js';
import type { Segment } from './segment.js';

/** How a document is set: headings differ from it. */
export interface DocumentStyle {
  readonly bodySize: number;
  readonly bodyFont: string;
  /** Fonts in which whole paragraphs are set, and that therefore do not mark headings. */
  readonly textFonts: ReadonlySet<string>;
}

interface FontUse {
  lines: number;
  /** Lines that stand alone or in a pair between lines of other fonts. */
  lonely: number;
}

function bodyOf(segments: Iterable<Segment>): { size: number; font: string } {
  const characters = new Map<string, { size: number; font: string; count: number }>();
  for (const { size, font, text } of segments) {
    const rounded = Math.round(size * 2) / 2;
    const key = `${rounded}:${font}`;
    characters.set(key, { size: rounded, font, count: (characters.get(key)?.count ?? 0) + text.length });
  }
  let best = { size: 10, font: '', count: 0 };
  for (const entry of characters.values()) if (entry.count > best.count) best = entry;
  return best;
}

function noteRun(uses: Map<string, FontUse>, font: string, length: number): void {
  const use = uses.get(font) ?? { lines: 0, lonely: 0 };
  uses.set(font, { lines: use.lines + length, lonely: use.lonely + (length <= 2 ? length : 0) });
}

function fontUses(regions: readonly Region[]): Map<string, FontUse> {
  const uses = new Map<string, FontUse>();
  let run = { font: '', length: 0 };
  for (const { font } of regions.flatMap(({ segments }) => segments)) {
    if (font === run.font) {
      run.length += 1;
      continue;
    }
    noteRun(uses, run.font, run.length);
    run = { font, length: 1 };
  }
  noteRun(uses, run.font, run.length);
  return uses;
}

/** Reads a document's style off its ordered text. */
export function styleOf(regions: readonly Region[]): DocumentStyle {
  const body = bodyOf(regions.flatMap(({ segments }) => segments));
  const textFonts = new Set([body.font]);
  for (const [font, { lines, lonely }] of fontUses(regions)) if (lonely < 0.6 * lines) textFonts.add(font);
  return { bodySize: body.size, bodyFont: body.font, textFonts };
}

const longestHeadingWords = 16;

/** Whether a line could be a heading by its looks alone; what stands around it may still deny it. */
export function looksLikeHeading(line: Segment, style: DocumentStyle): boolean {
  if (line.text.split(' ').length > longestHeadingWords || !/\p{L}{2}/u.test(line.text)) return false;
  if (isLarge(line, style)) return true;
  if (/[.,;]$/.test(line.text)) return false;
  return !style.textFonts.has(line.font) && line.size >= 0.8 * style.bodySize && /^[\p{Lu}\p{Lo}\p{N}("'“]/u.test(line.text);
}

/** Larger type needs no other sign. */
export const isLarge = (line: Segment, style: DocumentStyle): boolean => line.size >= 1.15 * style.bodySize;
