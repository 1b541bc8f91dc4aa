export type ContentType = 'application/pdf' | 'text/plain' | 'text/markdown';

/**
 * A piece of a page that belongs together. `start` and `end` are a half-open range of UTF-16 code units in the page's
 * text. A heading names what follows it, also on later pages; items and rows are never cut while they are short.
 */
export interface TextBlock {
  readonly kind: 'heading' | 'paragraph' | 'list-item' | 'table-row';
  readonly start: number;
  readonly end: number;
}

/** The text of one page as it is stored: every range anywhere in the product counts in exactly this text. */
export interface ExtractedPage {
  /** Counts from 1. */
  readonly page: number;
  readonly text: string;
  readonly blocks: readonly TextBlock[];
}

export interface ExtractedDocument {
  /** What the document calls itself; null when it does not say. */
  readonly title: string | null;
  readonly pages: readonly ExtractedPage[];
  /** What was seen and could not be used, in sentences for people. */
  readonly warnings: readonly string[];
}
