import type { Segment } from './segment.js';

export interface PageSegments {
  readonly page: number;
  readonly height: number;
  readonly segments: readonly Segment[];
}

export interface WithoutRunningLines<P extends PageSegments> {
  readonly pages: P[];
  /** One example of each header or footer that was left out. */
  readonly removed: string[];
}

/** Share of the page's height, at its top and at its bottom, in which headers and footers stand. */
const margin = 0.1;
const onAtLeastPages = 3;
const onAtLeastShare = 0.4;

/** Where headers and footers stand. */
export const isInMargin = (segment: Segment, height: number): boolean => segment.y < margin * height || segment.y > (1 - margin) * height;

/** What stays the same from page to page: letters. Numbers change, and so does the space a typesetter puts around a dash. */
function fingerprint(segment: Segment, height: number): string {
  const letters = segment.text.replace(/[^\p{L}]/gu, '').toLowerCase();
  const half = segment.y < height / 2 ? 'top' : 'bottom';
  return `${half}:${letters}`;
}

/** `12`, `- 12 -`, `Page 12 of 44`. */
const isPageNumber = (text: string) => /^(?:page|seite|p\.?)?[\s–—|-]*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:\/|of|von)\s*\d{1,4})?[\s–—|-]*$/i.test(text);

function pagesPerFingerprint(pages: readonly PageSegments[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { segments, height } of pages) {
    const onThisPage = new Set(segments.filter((segment) => isInMargin(segment, height)).map((segment) => fingerprint(segment, height)));
    for (const print of onThisPage) counts.set(print, (counts.get(print) ?? 0) + 1);
  }
  return counts;
}

/** Takes headers, footers and page numbers out of the pages, so that they neither break paragraphs nor fill passages. */
export function removeRunningLines<P extends PageSegments>(pages: readonly P[]): WithoutRunningLines<P> {
  const counts = pagesPerFingerprint(pages);
  const enough = Math.max(onAtLeastPages, Math.ceil(pages.length * onAtLeastShare));
  const removed = new Map<string, string>();
  const isRunning = (segment: Segment, height: number) => {
    if (!isInMargin(segment, height)) return false;
    const print = fingerprint(segment, height);
    if ((counts.get(print) ?? 0) < enough) return false;
    return /:\p{L}/u.test(print) || isPageNumber(segment.text);
  };
  const kept = pages.map((page) => ({
    ...page,
    segments: page.segments.filter((segment) => {
      if (!isRunning(segment, page.height)) return true;
      if (!isPageNumber(segment.text)) removed.set(fingerprint(segment, page.height), segment.text);
      return false;
    }),
  }));
  return { pages: kept, removed: [...removed.values()] };
}
