import type { ExtractedPage, TextBlock } from '../extracted-document.js';

export interface Paragraph {
  readonly kind: TextBlock['kind'];
  readonly text: string;
  /** How much a heading stands out, the larger the more: size of its type in points, or minus its level in Markdown. */
  readonly weight?: number;
}

const closeTogether = new Set(['list-item', 'table-row']);

/** Lays paragraphs out as one text and notes where each of them is in it. */
export function pageFrom(page: number, paragraphs: readonly Paragraph[]): ExtractedPage {
  let text = '';
  let previous: Paragraph | undefined;
  const blocks: TextBlock[] = [];
  for (const paragraph of paragraphs) {
    if (paragraph.text === '') continue;
    if (previous) text += previous.kind === paragraph.kind && closeTogether.has(paragraph.kind) ? '\n' : '\n\n';
    blocks.push({ kind: paragraph.kind, start: text.length, end: text.length + paragraph.text.length });
    text += paragraph.text;
    previous = paragraph;
  }
  return { page, text, blocks };
}
