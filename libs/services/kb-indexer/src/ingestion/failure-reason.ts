import { isPhiBlocked } from '@voiceassist/ai';
import { AppError } from '@voiceassist/kit';
import { VectorIndexError } from '@voiceassist/storage';
import { ExtractionFailure } from '../extraction/extraction-failure.js';
import { ScannerUnavailable } from '../scanning/file-scanner.js';
import type { Reason } from './ingestion.repository.js';
import { IngestionStopped } from './ingestion-stopped.js';

const indexReasons: Partial<Record<string, string>> = {
  EMBEDDER_MISMATCH: 'The search index was made with another encoder. An administrator has to run the re-index command.',
  DIMENSION_MISMATCH: 'The search index was made with another encoder. An administrator has to run the re-index command.',
  INDEX_UNAVAILABLE: 'The search index did not answer. Try again later.',
};

export const interrupted: Reason = { code: 'INGESTION_INTERRUPTED', message: 'The reading was interrupted again and again, last by the end of its process. Try it once more.' };

/** Whether trying again cannot help, because the fault is in the file, or a policy keeps it from the encoder. */
export function isPermanent(error: unknown): boolean {
  return error instanceof ExtractionFailure || error instanceof IngestionStopped || isPhiBlocked(error);
}

/** A stable code and a sentence a person can act on; nothing of an unexpected error's text, which may quote the file. */
export function reasonFor(error: unknown): Reason {
  if (error instanceof ExtractionFailure || error instanceof IngestionStopped) return { code: error.code, message: error.message };
  if (error instanceof VectorIndexError) return { code: error.code, message: indexReasons[error.code] ?? 'The search index refused the passages.' };
  if (isPhiBlocked(error)) return { code: error.code, message: 'The document holds personal health information, which the policy keeps from the embedding service. Remove it from the file, choose another encoder, or change EMBEDDER_PHI_POLICY, then try again.' };
  if (error instanceof ScannerUnavailable) return { code: 'SCANNER_UNAVAILABLE', message: 'The malware scanner gave no all-clear for the file, so it was not read. When the scanner works again, try once more.' };
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'INGESTION_FAILED', message: 'The document could not be made searchable because of a fault of the system. Try again later.' };
}
