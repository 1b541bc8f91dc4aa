import { createReadStream } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { AppError, commonFailure } from '@voiceassist/kit';
import { Blobs, type StoredBlob } from '@voiceassist/storage';
import { maxUploadBytes } from '@voiceassist/contracts';
import { IngestionStopped } from '../ingestion/ingestion-stopped.js';

const isMissing = (error: unknown) => error instanceof AppError && error.code === 'NOT_FOUND';

/** Keys the gateway and this service store documents under; other services group theirs under prefixes of their own. */
const ofDocuments = /^(?:(?:uploads|documents)\/)?[^/]+$/;

/** The bytes of documents. */
@Injectable()
export class DocumentFiles {
  constructor(private readonly blobs: Blobs) {}

  async firstBytes(key: string, count: number, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.read(key, { start: 0, end: count - 1 }, signal);
    } catch (error) {
      throw isMissing(error) ? commonFailure('INVALID_INPUT', 'The uploaded file is not there any more. Upload it again.', { field: 'file', cause: error }) : error;
    }
  }

  /** The whole file; a missing one cannot be read however often it is tried. */
  async bytes(key: string, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.read(key, undefined, signal);
    } catch (error) {
      throw isMissing(error) ? new IngestionStopped('FILE_MISSING', 'The stored file is gone. Delete the document and upload it again.') : error;
    }
  }

  store(path: string): Promise<StoredBlob> {
    return this.blobs.put(createReadStream(path), { maxBytes: maxUploadBytes, prefix: 'documents' });
  }

  async remove(key: string): Promise<void> {
    await this.blobs.delete(key);
  }

  /** Keys of files of documents that are at least so old. */
  async *storedBefore(ageMs: number): AsyncGenerator<string, void, undefined> {
    for await (const { key } of this.blobs.list({ olderThanMs: ageMs })) if (ofDocuments.test(key)) yield key;
  }

  private async read(key: string, range: { start: number; end: number } | undefined, signal: AbortSignal): Promise<Uint8Array> {
    const stream = await this.blobs.open(key, range);
    const abort = () => stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      const parts: Uint8Array[] = [];
      for await (const part of stream) parts.push(part as Uint8Array); // a stream without encoding gives bytes
      return new Uint8Array(Buffer.concat(parts));
    } finally {
      signal.removeEventListener('abort', abort);
      stream.destroy();
    }
  }
}
