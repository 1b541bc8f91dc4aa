import type { ContentType, ExtractedDocument } from './extracted-document.js';
import { ExtractionFailure } from './extraction-failure.js';
import { readPdf, type PageProgress } from './pdf/read-pdf.js';
import { readText } from './text/read-text.js';

export interface ExtractionInput {
  readonly bytes: Uint8Array;
  readonly contentType: ContentType;
}

/** Turns a file into page-true text in this thread; fails with an `ExtractionFailure`. */
export async function extractDocument(input: ExtractionInput, onProgress: PageProgress): Promise<ExtractedDocument> {
  if (input.bytes.length === 0) throw new ExtractionFailure('FILE_EMPTY');
  if (input.contentType === 'application/pdf') return readPdf(input.bytes, onProgress);
  const document = readText(input.bytes, input.contentType === 'text/markdown');
  onProgress(1, 1);
  return document;
}
