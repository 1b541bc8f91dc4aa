import { fileTypeFromBuffer } from 'file-type';
import type { ContentType } from './extracted-document.js';

export type SniffedContent =
  | { readonly accepted: true; readonly contentType: ContentType }
  | { readonly accepted: false; readonly code: 'FILE_EMPTY' | 'FILE_TYPE_REFUSED'; readonly message: string };

/** How many of a file's first bytes `sniffContent` wants to see. */
export const sniffedBytes = 64 * 1024;

const accepts = 'PDF, plain text and Markdown are accepted.';
const refused = (message: string): SniffedContent => ({ accepted: false, code: 'FILE_TYPE_REFUSED', message });

/** What a name may end with, by what the bytes are; a name without an ending says nothing. */
const endings = { pdf: /^pdf$/i, text: /^(?:txt|text|md|markdown)$/i };
const endingOf = (fileName: string) => /\.([^.\s]{1,16})$/.exec(fileName.trim())?.[1];

function contradicts(fileName: string, kind: keyof typeof endings): boolean {
  const ending = endingOf(fileName);
  return ending !== undefined && !endings[kind].test(ending);
}

/**
 * Decides by a file's first bytes what it is. A name that ends in something else is refused: whoever saves the file later
 * would open it as that, for example as a page with scripts. Among texts the name tells Markdown from plain text.
 */
export async function sniffContent(firstBytes: Uint8Array, fileName: string): Promise<SniffedContent> {
  if (firstBytes.length === 0) return { accepted: false, code: 'FILE_EMPTY', message: 'The file is empty.' };
  if (startsLikePdf(firstBytes)) {
    return contradicts(fileName, 'pdf') ? refused('This is a PDF, but its name ends differently. Rename it to end in .pdf.') : { accepted: true, contentType: 'application/pdf' };
  }
  const known = await fileTypeFromBuffer(firstBytes);
  if (known && !known.mime.startsWith('text/')) return refused(`This is a ${known.ext.toUpperCase()} file (${known.mime}), whatever its name says. ${accepts}`);
  if (!looksLikeText(firstBytes)) return refused(`This is neither a PDF nor text in UTF-8 or UTF-16. ${accepts}`);
  if (contradicts(fileName, 'text')) return refused('This is a text, but its name ends differently. Rename it to end in .txt or .md.');
  return { accepted: true, contentType: /\.(md|markdown)$/i.test(fileName) ? 'text/markdown' : 'text/plain' };
}

/** Readers accept up to 1024 bytes before the header (some mailers and scanners write them). */
function startsLikePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1029)).includes('%PDF-');
}

function looksLikeText(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  if (bytes.includes(0)) return false;
  try {
    // A character cut in two by the end of the sample is no fault.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    const controls = text.match(/[\u0001-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0;
    return controls <= text.length / 100;
  } catch {
    return false;
  }
}
