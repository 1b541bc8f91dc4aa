import type { ExtractionInput } from './extract-document.js';
import type { ExtractedDocument } from './extracted-document.js';

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

/** Reads files within bounds of time and memory. Fails with an `ExtractionFailure` when the file is at fault. */
export abstract class Extractor {
  abstract extract(input: ExtractionInput, control: ExtractionControl): Promise<ExtractedDocument>;
}
