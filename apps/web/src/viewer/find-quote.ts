/** A stretch of one text item: half-open range of UTF-16 code units. */
export interface ItemRange {
  readonly item: number;
  readonly start: number;
  readonly end: number;
}

export interface FoundQuote {
  readonly ranges: readonly ItemRange[];
  /** Share of the quote's letters and digits that stand on the page, 0 to 1. */
  readonly coverage: number;
}

interface Compact {
  readonly text: string;
  /** For each code unit of `text`, where it came from. */
  readonly origins: readonly { readonly item: number; readonly offset: number }[];
}

const windowLength = 24;

/** Letters and digits of one character, compatibility-normalised and lower case. */
function plainUnits(character: string): string {
  return [...character.normalize('NFKC').toLowerCase()].filter((plain) => /[\p{L}\p{N}]/u.test(plain)).join('');
}

/** What two extractions of one page agree on: the letters and digits of all items in a row. */
function compact(items: readonly string[]): Compact {
  let text = '';
  const origins: { item: number; offset: number }[] = [];
  items.forEach((content, item) => {
    let offset = 0;
    for (const character of content) {
      const plain = plainUnits(character);
      text += plain;
      for (let unit = 0; unit < plain.length; unit += 1) origins.push({ item, offset });
      offset += character.length;
    }
  });
  return { text, origins };
}

function mark(found: Uint8Array, start: number, length: number): void {
  found.fill(1, start, start + length);
}

/** Finds the windows of the quote one after another, each after the last where possible. */
function markWindows(page: string, quote: string, found: Uint8Array): number {
  let covered = 0;
  let from = 0;
  for (let at = 0; at < quote.length; at += windowLength) {
    const piece = quote.slice(at, at + windowLength);
    if (piece.length < windowLength / 2 && quote.length > windowLength) break;
    let position = page.indexOf(piece, from);
    if (position < 0) position = page.indexOf(piece);
    if (position < 0) continue;
    mark(found, position, piece.length);
    covered += piece.length;
    from = position + piece.length;
  }
  return covered;
}

function rangesOf(found: Uint8Array, { origins }: Compact, items: readonly string[]): ItemRange[] {
  const ends = new Map<number, { start: number; end: number }>();
  found.forEach((isFound, index) => {
    const origin = origins[index];
    if (!isFound || !origin) return;
    const end = origin.offset + ((items[origin.item]?.codePointAt(origin.offset) ?? 0) > 0xffff ? 2 : 1);
    const known = ends.get(origin.item);
    ends.set(origin.item, { start: Math.min(known?.start ?? origin.offset, origin.offset), end: Math.max(known?.end ?? end, end) });
  });
  return [...ends].map(([item, { start, end }]) => ({ item, start, end }));
}

/**
 * Looks for a quote in the text items of a page, whatever their spacing, hyphenation and ligatures.
 * Below half of the quote it answers no range: better nothing highlighted than the wrong place.
 */
export function findQuote(items: readonly string[], quote: string): FoundQuote {
  const page = compact(items);
  const wanted = compact([quote]).text;
  if (wanted.length === 0) return { ranges: [], coverage: 0 };
  const found = new Uint8Array(page.text.length);
  const whole = page.text.indexOf(wanted);
  let covered = wanted.length;
  if (whole >= 0) mark(found, whole, wanted.length);
  else covered = markWindows(page.text, wanted, found);
  const coverage = covered / wanted.length;
  return coverage < 0.5 ? { ranges: [], coverage } : { ranges: rangesOf(found, page, items), coverage };
}
