import type { Readable } from 'node:stream';
import { Blobs, type ByteRange } from './blobs.js';

/** A key that many blobs hang on: where it is destroyed none of them can be read. `ScopeCipher` is one. */
export interface KeyScope {
  wrapKey(key: Uint8Array, place: string): Buffer;
  /** Throws when the scope's key was destroyed or is another one. */
  unwrapKey(wrapped: Uint8Array, place: string): Buffer;
}

/**
 * Blobs that may hang on a key which somebody else keeps, for example one for each collection. `Blobs` alone cannot
 * read them any more; whoever has no scope needs a pass from one who has.
 */
export abstract class ScopedBlobs extends Blobs {
  /** Puts the blob's data key under the scope's. What reads the blob meanwhile is not disturbed; doing it again changes nothing. */
  abstract moveInto(key: string, scope: KeyScope): Promise<'moved' | 'there' | 'gone'>;
  /** Opens a blob of the scope, or one that was not moved into it yet. */
  abstract openIn(key: string, scope: KeyScope, range?: ByteRange): Promise<Readable>;
  /** The blob's own key, wrapped under the master keys: for one delivery, never to be stored. It opens the blob also when that is moved meanwhile. Undefined for a blob that is not sealed. */
  abstract passFor(key: string, scope: KeyScope): Promise<string | undefined>;
  abstract openWith(key: string, pass: string, range?: ByteRange): Promise<Readable>;
}
