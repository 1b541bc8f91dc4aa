/** Why a file could not be turned into text; stable codes for programs, sentences for people. */
export const extractionFailures = {
  FILE_EMPTY: 'The file is empty.',
  PDF_ENCRYPTED: 'The PDF is protected by a password. Remove the protection and upload it again.',
  PDF_BROKEN: 'The PDF is damaged and cannot be read.',
  PDF_NO_PAGES: 'The PDF has no pages.',
  PDF_NO_TEXT: 'The PDF has no readable text; it is probably a scan. Run text recognition (OCR) on it and upload it again.',
  TEXT_EMPTY: 'The file holds no readable text.',
  TEXT_NOT_DECODABLE: 'The text is neither UTF-8 nor UTF-16 with a byte order mark. Save it as UTF-8 and upload it again.',
  PARSE_TIMEOUT: 'Reading the file took too long and was stopped.',
  PARSE_MEMORY: 'Reading the file needed too much memory and was stopped.',
} as const;

export type ExtractionFailureCode = keyof typeof extractionFailures;

/** A file that cannot be read, however often it is tried. */
export class ExtractionFailure extends Error {
  constructor(
    readonly code: ExtractionFailureCode,
    cause?: unknown,
  ) {
    super(extractionFailures[code], { cause });
    this.name = 'ExtractionFailure';
  }
}
