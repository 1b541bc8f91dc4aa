import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { commonFailure } from '@voiceassist/kit';

export interface StoredBlob {
  /** Names the blob from now on; it cannot be guessed. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export interface BlobFacts {
  readonly key: string;
  readonly sizeBytes: number;
  readonly storedAt: Date;
}

export interface PutOptions {
  readonly maxBytes: number;
  /** Groups keys, for example `documents`: lower case, digits and dashes. */
  readonly prefix?: string;
  /** The key to store under, from `newBlobKey`, where it must be known beforehand; what lies there is replaced as a whole. */
  readonly key?: string;
}

export interface ByteRange {
  readonly start: number;
  /** The last byte, included; the end of the blob when left out or beyond it. */
  readonly end?: number;
}

/**
 * Files of any size under keys that the store gives out. A blob appears whole or not at all and never changes.
 * The suite in `blobs.conformance.ts` is the definition; it asks nothing that an S3-compatible store could not do, so that
 * such an adapter (multipart upload, ranged GET, list by prefix) can join with one more URL scheme.
 */
export abstract class Blobs {
  /**
   * Stores a stream durably. Fails with FILE_TOO_LARGE as soon as more than `maxBytes` have come, reads no further and keeps
   * nothing; an error of the source is passed on and keeps nothing either.
   */
  abstract put(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob>;
  /** Bytes of the blob; fails with NOT_FOUND, or with INVALID_INPUT for a range that begins behind the end. */
  abstract open(key: string, range?: ByteRange): Promise<Readable>;
  /** Size and age, or null when there is no such blob. */
  abstract stat(key: string): Promise<BlobFacts | null>;
  /** Removes the blob; no error when it is gone already. */
  abstract delete(key: string): Promise<void>;
  /** Blobs stored at least that long ago, in no order: what a sweeper compares with the rows that name them. */
  abstract list(options: { readonly olderThanMs: number }): AsyncIterable<BlobFacts>;
}

const prefixForm = /^[a-z][a-z0-9-]{0,30}$/;
const keyForm = /^(?:[a-z][a-z0-9-]{0,30}\/)?[0-9a-f]{48}$/;

export function newBlobKey(prefix?: string): string {
  if (prefix !== undefined && !prefixForm.test(prefix)) throw new Error(`"${prefix}" is no blob prefix`);
  const name = randomBytes(24).toString('hex');
  return prefix === undefined ? name : `${prefix}/${name}`;
}

export const isBlobKey = (key: string) => keyForm.test(key);

/** Refuses anything that is not exactly a key we gave out, so that no key can lead outside the store. */
export function checkBlobKey(key: string): string {
  if (!isBlobKey(key)) throw commonFailure('INVALID_INPUT', 'This is no blob key.');
  return key;
}
