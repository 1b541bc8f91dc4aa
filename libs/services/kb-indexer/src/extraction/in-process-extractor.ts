import { cutPassages, type CutPassage } from '../chunking/cut-passages.js';
import { extractDocument, type ExtractionInput } from './extract-document.js';
import type { ExtractedDocument, ExtractedPage } from './extracted-document.js';
import { ExtractionFailure } from './extraction-failure.js';
import { Extractor, type ExtractionControl, type ExtractionLimits } from './extractor.js';

/** Reads in this thread, where no built file for a process exists (tests on sources). Time is bounded, memory is not. */
export class InProcessExtractor extends Extractor {
  constructor(private readonly limits: ExtractionLimits) {
    super();
  }

  async extract(input: ExtractionInput, control: ExtractionControl): Promise<ExtractedDocument> {
    const deadline = Date.now() + this.limits.timeoutMs;
    control.signal.throwIfAborted();
    return extractDocument(input, (page, pages) => {
      control.signal.throwIfAborted();
      if (Date.now() > deadline) throw new ExtractionFailure('PARSE_TIMEOUT');
      control.onPage(page, pages);
    });
  }

  async cut(pages: readonly ExtractedPage[], signal: AbortSignal): Promise<CutPassage[]> {
    signal.throwIfAborted();
    return cutPassages(pages);
  }
}
