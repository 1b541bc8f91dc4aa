import { cleanText } from '../clean-text.js';
import type { ExtractedDocument } from '../extracted-document.js';
import { ExtractionFailure } from '../extraction-failure.js';
import { titleFrom } from '../title.js';
import { startsWithListMarker } from '../pdf/list-marker.js';
import { pageFrom, pagesOfParagraphs, type Paragraph } from '../pdf/page-text.js';
import { decodeText } from './decode-text.js';
import { markdownParagraphs } from './markdown.js';

/** Paragraphs are parted by empty lines; items and lines with tabs stand for themselves. */
function plainParagraphs(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) paragraphs.push({ kind: startsWithListMarker(lines[0]!) ? 'list-item' : 'paragraph', text: lines.join('\n') });
    lines = [];
  };
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || startsWithListMarker(line)) flush();
    if (line.includes('\t')) {
      flush();
      paragraphs.push({ kind: 'table-row', text: line });
    } else if (line !== '') lines.push(line);
  }
  flush();
  return paragraphs;
}

/** Reads plain text or Markdown; a text that is too long for one page goes on with further ones, cut between paragraphs where that can be. */
export function readText(bytes: Uint8Array, markdown: boolean): ExtractedDocument {
  const text = cleanText(decodeText(bytes));
  const paragraphs = markdown ? markdownParagraphs(text) : plainParagraphs(text);
  const pages = pagesOfParagraphs(paragraphs).map((group, index) => pageFrom(index + 1, group));
  if (pages.length === 0) throw new ExtractionFailure('TEXT_EMPTY');
  const heading = paragraphs.find(({ kind, weight }) => kind === 'heading' && weight === -1);
  return { title: heading ? titleFrom(heading.text) : null, pages, warnings: [] };
}
