import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { UploadedFile } from '@voiceassist/contracts';
import { AppError, commonFailure } from '@voiceassist/kit';
import type { Blobs } from '@voiceassist/storage';
import type { FastifyRequest } from 'fastify';
import { uploadedBytes } from '../edge/gateway.metrics.js';
import type { Route } from '../routes/routes-of.js';
import { discard } from './discard.js';

interface Receiver {
  readonly route: Route;
  readonly blobs: Blobs;
  readonly signal: AbortSignal;
}

interface Upload {
  readonly file: UploadedFile;
  readonly fields: Readonly<Record<string, string>>;
}

const fileField = 'file';
/** The form around the file: boundaries, headers and text fields. */
const limits = { files: 1, fields: 20, fieldSize: 16 * 1024, fieldNameSize: 100, headerPairs: 50, fileSize: Infinity };

const wrong = (message: string, field?: string) => commonFailure('INVALID_INPUT', message, { field });

/** What the reader of forms says of one without a boundary or that ends in the middle; such an error has no code. */
const brokenForm = /unexpected end of (?:multipart data|form)|terminated early|^multipart:|boundary not found/i;

function tooLarge(maxBytes: number): AppError {
  return new AppError('FILE_TOO_LARGE', 'invalid', `A file may have at most ${Math.floor(maxBytes / (1024 * 1024))} MB.`, { field: fileField });
}

/** The name without folders, control characters and surprising length; only shown, never used as a path. */
function fileNameOf({ filename }: MultipartFile): string {
  const last = (filename ?? '').split(/[\\/]/).at(-1) ?? '';
  const plain = [...last].filter((character) => character >= ' ' && character !== '\u007f').join('').trim();
  return plain.slice(0, 255) || 'unnamed';
}

class FormReader {
  private readonly fields: Record<string, string> = {};
  private file?: UploadedFile;

  constructor(private readonly receiver: Receiver) {}

  async read(parts: AsyncIterable<Multipart>): Promise<Upload> {
    try {
      for await (const part of parts) await this.take(part);
      if (!this.file) throw wrong('The form has no file.', fileField);
      return { file: this.file, fields: this.fields };
    } catch (error) {
      if (this.file) await this.receiver.blobs.delete(this.file.blobKey).catch(() => undefined);
      throw error;
    }
  }

  private async take(part: Multipart): Promise<void> {
    if (part.type === 'file') return this.store(part);
    const { fieldname, value } = part;
    if (fieldname === fileField) throw wrong('The field must be a file, not text.', fileField);
    if (fieldname in this.fields) throw wrong('A field stands in the form twice.', fieldname);
    if (part.valueTruncated) throw wrong('A field is too long.', fieldname);
    this.fields[fieldname] = String(value);
  }

  private async store(part: MultipartFile): Promise<void> {
    if (part.fieldname !== fileField || this.file) throw wrong(`The form takes one file, in the field ${fileField}.`, part.fieldname);
    const { blobs, route, signal } = this.receiver;
    const stop = () => part.file.destroy(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { key, sizeBytes, sha256 } = await blobs.put(part.file, { maxBytes: route.http.upload?.maxBytes ?? 0, prefix: 'uploads' });
      uploadedBytes.add(sizeBytes);
      this.file = { blobKey: key, fileName: fileNameOf(part), sizeBytes, sha256 };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

function failureOf(error: unknown, maxBytes: number): unknown {
  if (!(error instanceof AppError)) {
    const { code, message } = error as { code?: string; message?: string };
    const isBroken = code?.startsWith('FST_') || code?.startsWith('ERR_') || brokenForm.test(message ?? '');
    return isBroken ? wrong('The form is malformed or incomplete.') : error;
  }
  return error.code === 'FILE_TOO_LARGE' ? tooLarge(maxBytes) : error;
}

/**
 * Streams the one file of a form into the blob store, counting while it arrives, and collects the text fields.
 * When it fails nothing is kept, and the rest of the form is read away so that the client sees the answer.
 */
export async function receiveUpload(request: FastifyRequest, receiver: Receiver): Promise<Upload> {
  if (!request.isMultipart()) throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'invalid', 'Send the file as multipart/form-data.');
  const maxBytes = receiver.route.http.upload?.maxBytes ?? 0;
  try {
    return await new FormReader(receiver).read(request.parts({ limits }));
  } catch (error) {
    await discard(request.raw, maxBytes);
    throw failureOf(error, maxBytes);
  }
}
