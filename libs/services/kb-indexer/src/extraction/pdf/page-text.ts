import type { ExtractedPage, TextBlock } from '../extracted-document.js';

export interface Paragraph {
  readonly kind: TextBlock['kind'];
  readonly text: string;
  /** How much a heading stands out, the larger the more: size of its type in points, or minus its level in Markdown. */
  readonly weight?: number;
}

/** Longest text of one page in UTF-16 code units: at three bytes each it is far below what one message may carry. */
export const longestPage = 100_000;

const closeTogether = new Set(['list-item', 'table-row']);

const between = (previous: Paragraph, next: Paragraph) => (previous.kind === next.kind && closeTogether.has(previous.kind) ? '\n' : '\n\n');

/** Lays paragraphs out as one text and notes where each of them is in it. */
export function pageFrom(page: number, paragraphs: readonly Paragraph[]): ExtractedPage {
  let text = '';
  let previous: Paragraph | undefined;
  const blocks: TextBlock[] = [];
  for (const paragraph of paragraphs) {
    if (paragraph.text === '') continue;
    if (previous) text += between(previous, paragraph);
    blocks.push({ kind: paragraph.kind, start: text.length, end: text.length + paragraph.text.length });
    text += paragraph.text;
    previous = paragraph;
  }
  return { page, text, blocks };
}

/** At a line's end, else at a space, else anywhere but in the middle of a character. */
function endOfPiece(text: string): number {
  if (text.length <= longestPage) return text.length;
  const piece = text.slice(0, longestPage + 1);
  const end = Math.max(piece.lastIndexOf('\n'), 0) || Math.max(piece.lastIndexOf(' '), 0);
  if (end > 0) return end;
  return /[\uD800-\uDBFF]/.test(text[longestPage - 1]!) ? longestPage - 1 : longestPage;
}

function* piecesOf(paragraph: Paragraph): Generator<Paragraph> {
  let rest = paragraph.text;
  while (rest !== '') {
    const end = endOfPiece(rest);
    yield { ...paragraph, text: rest.slice(0, end).trimEnd() };
    rest = rest.slice(end).trimStart();
  }
}

/** The paragraphs as groups that each fit on a page; one that is too long for any page is cut into several. */
export function pagesOfParagraphs(paragraphs: readonly Paragraph[]): Paragraph[][] {
  const pages: Paragraph[][] = [];
  let length = Infinity;
  for (const paragraph of paragraphs) {
    for (const piece of piecesOf(paragraph)) {
      // The longest separator counts also where a shorter one will stand.
      length += '\n\n'.length + piece.text.length;
      if (length > longestPage) {
        pages.push([]);
        length = piece.text.length;
      }
      pages.at(-1)!.push(piece);
    }
  }
  return pages;
}
