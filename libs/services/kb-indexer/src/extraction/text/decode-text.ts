import { ExtractionFailure } from '../extraction-failure.js';

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Text of a file in UTF-8, or in UTF-16 with a byte order mark; anything else fails with TEXT_NOT_DECODABLE. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ExtractionFailure('TEXT_NOT_DECODABLE', error);
  }
}
