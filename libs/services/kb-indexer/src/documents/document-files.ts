import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AppError, commonFailure } from '@voiceassist/kit';
import { ScopedBlobs, type StoredBlob } from '@voiceassist/storage';
import { maxUploadBytes } from '@voiceassist/contracts';
import { CollectionKeys } from '../collections/collection-keys.js';
import { IngestionStopped } from '../ingestion/ingestion-stopped.js';

const isMissing = (error: unknown) => error instanceof AppError && error.code === 'NOT_FOUND';

/** Keys the gateway and this service store documents under; other services group theirs under prefixes of their own. */
const ofDocuments = /^(?:(?:uploads|documents)\/)?[^/]+$/;

/** The bytes of documents. */
@Injectable()
export class DocumentFiles {
  constructor(
    private readonly blobs: ScopedBlobs,
    private readonly keys: CollectionKeys,
  ) {}

  async firstBytes(key: string, count: number, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await bytesOf(await this.blobs.open(key, { start: 0, end: count - 1 }), signal);
    } catch (error) {
      throw isMissing(error) ? commonFailure('INVALID_INPUT', 'The uploaded file is not there any more. Upload it again.', { field: 'file', cause: error }) : error;
    }
  }

  /** The whole file; a missing one cannot be read however often it is tried. */
  async bytes(key: string, collectionId: string, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await bytesOf(await this.blobs.openIn(key, await this.keys.toRead(collectionId)), signal);
    } catch (error) {
      throw isMissing(error) ? new IngestionStopped('FILE_MISSING', 'The stored file is gone. Delete the document and upload it again.') : error;
    }
  }

  /** Hangs the file on the key of its collection; false when it does already, or when file or collection are gone. */
  async moveInto(key: string, collectionId: string): Promise<boolean> {
    const scope = await this.keys.toWrite(collectionId);
    return scope !== null && (await this.blobs.moveInto(key, scope)) === 'moved';
  }

  /** What the gateway needs to send the file, also when it is moved meanwhile. */
  async passFor(key: string, collectionId: string): Promise<string | undefined> {
    const ask = async () => this.blobs.passFor(key, await this.keys.toRead(collectionId));
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error)) throw error;
      return ask(); // the key of the collection may have been made, and the file moved, between the two looks
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
}

async function bytesOf(stream: Readable, signal: AbortSignal): Promise<Uint8Array> {
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
