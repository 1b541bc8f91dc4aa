import type { CutPassage } from '../chunking/cut-passages.js';
import type { ExtractionInput } from './extract-document.js';
import type { ExtractedDocument, ExtractedPage } from './extracted-document.js';

export interface ExtractionLimits {
  readonly timeoutMs: number;
  /** Of the parser's heap, and twice as much for everything it holds. */
  readonly memoryMegabytes: number;
}

export interface ExtractionControl {
  /** Stops the work; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  onPage(page: number, pages: number): void;
}

/** Reads files, and cuts their text, within bounds of time and memory. Fails with an `ExtractionFailure` when the file is at fault. */
export abstract class Extractor {
  abstract extract(input: ExtractionInput, control: ExtractionControl): Promise<ExtractedDocument>;
  /** Passages of pages that were extracted before. */
  abstract cut(pages: readonly ExtractedPage[], signal: AbortSignal): Promise<CutPassage[]>;
}
