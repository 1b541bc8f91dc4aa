import { titleFrom, titleFromProperties } from '../title.js';
import type { Paragraph } from './page-text.js';
import { isInMargin, type PageSegments } from './running-lines.js';

interface TitleSources {
  readonly firstPage: readonly Paragraph[];
  readonly laterPages: readonly PageSegments[];
  /** What the file's properties say. */
  readonly noted: string;
}

/** Type sizes that differ by less are meant to be the same. */
const sameSizePoints = 0.5;

/** A header of two pages is too rare to have been taken out as a running line, and yet no title. */
function isRunningHeader(text: string, laterPages: readonly PageSegments[]): boolean {
  return laterPages.some(({ segments, height }) => segments.some((segment) => segment.text === text && isInMargin(segment, height)));
}

/** The first page's largest heading, else what the properties say, else null. */
export function pdfTitle({ firstPage, laterPages, noted }: TitleSources): string | null {
  const headings = firstPage.flatMap(({ kind, text, weight = 0 }) => {
    const title = kind === 'heading' && !isRunningHeader(text, laterPages) ? titleFrom(text) : null;
    return title === null ? [] : [{ title, weight }];
  });
  const largest = headings.reduce((most, { weight }) => Math.max(most, weight), 0);
  return headings.find(({ weight }) => weight > largest - sameSizePoints)?.title ?? titleFromProperties(noted);
}
