import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AppError, commonFailure } from '@voiceassist/kit';
import type { MasterKeys, WrappedKey } from '../../encryption/master-keys.js';
import { keyBytes } from '../../encryption/sealed-bytes.js';
import { newBlobKey, type BlobFacts, type Blobs, type ByteRange, type PutOptions, type StoredBlob } from '../blobs.js';
import { CountedBytes } from '../counted.js';
import { ScopedBlobs, type KeyScope } from '../scoped-blobs.js';
import { BlobKeys } from './blob-keys.js';
import {
  chunkBytes, ChunkCipher, chunkRange, contentSize, decodeHead, encodeSlot, headBytes, newHead, pieces, sealedSize, slotBytes, slotPosition, type Head,
} from './sealed-blob.js';

/** What encryption asks of the store beneath: blobs never change but for the wrapping of their key. */
export interface RewritableBlobs extends Blobs {
  /** Writes over bytes that are there, durably; nothing happens when there is no such blob. */
  overwrite(key: string, position: number, bytes: Uint8Array): Promise<void>;
}

interface SealedBlob {
  readonly head: Head;
  readonly sizeBytes: number;
}

const isGone = (error: unknown) => error instanceof AppError && error.code === 'NOT_FOUND';
const unlessGone = (error: unknown): null => {
  if (isGone(error)) return null;
  throw error;
};

type Opener = (head: Head) => Promise<Buffer>;

/**
 * Encrypts blobs on their way into a store, each under a data key of its own that lies wrapped in the blob's head. Blobs that
 * lay there before encryption are read as they are until `keep` has sealed them.
 */
export class EncryptedBlobs extends ScopedBlobs {
  private readonly keys: BlobKeys;

  constructor(private readonly store: RewritableBlobs, private readonly masterKeys: MasterKeys) {
    super();
    this.keys = new BlobKeys(masterKeys);
  }

  async put(source: AsyncIterable<Uint8Array>, { maxBytes, prefix, key = newBlobKey(prefix) }: PutOptions): Promise<StoredBlob> {
    const bytes = new CountedBytes(maxBytes);
    await this.store.put(this.#sealed(key, bytes.of(source)), { maxBytes: sealedSize(maxBytes), key });
    return { key, sizeBytes: bytes.sizeBytes, sha256: bytes.sha256 };
  }

  open(key: string, range?: ByteRange): Promise<Readable> {
    return this.#open(key, range, (head) => this.keys.open(key, head));
  }

  openIn(key: string, scope: KeyScope, range?: ByteRange): Promise<Readable> {
    return this.#open(key, range, (head) => this.keys.open(key, head, scope));
  }

  openWith(key: string, pass: string, range?: ByteRange): Promise<Readable> {
    return this.#open(key, range, () => this.keys.openPass(key, pass));
  }

  async passFor(key: string, scope: KeyScope): Promise<string | undefined> {
    const sealed = await this.#find(key);
    if (!sealed) return undefined;
    return this.keys.pass(key, await this.keys.open(key, sealed.head, scope));
  }

  async moveInto(key: string, scope: KeyScope): Promise<'moved' | 'there' | 'gone'> {
    if ((await this.keep(key)) === 'gone') return 'gone';
    const sealed = await this.#find(key).catch(unlessGone);
    if (!sealed) return 'gone';
    if (sealed.head.slots.every((slot) => this.keys.isOfScope(slot))) return 'there';
    const { dataKey, slot } = await this.keys.find(key, sealed.head, scope);
    await this.#writeSlots(key, slot, this.keys.wrapIn(scope, key, dataKey));
    return 'moved';
  }

  async #open(key: string, range: ByteRange | undefined, opener: Opener): Promise<Readable> {
    const sealed = await this.#find(key);
    if (sealed === null) return this.#openPlain(key, range, opener);
    const { start = 0, end = sealed.sizeBytes - 1 } = range ?? {};
    if (start < 0 || end < start - 1 || (range && start >= sealed.sizeBytes)) throw commonFailure('INVALID_INPUT', 'The range lies outside the file.');
    const cipher = new ChunkCipher(await opener(sealed.head), sealed.head.noncePrefix, key);
    return Readable.from(this.#content({ key, cipher, sizeBytes: sealed.sizeBytes, start, end: Math.min(end, sealed.sizeBytes - 1) }), { objectMode: false });
  }

  async stat(key: string): Promise<BlobFacts | null> {
    const facts = await this.store.stat(key);
    return facts && this.#plainFacts(facts).catch(unlessGone);
  }

  /** Destroys the wrapped data key first, so that bytes left on the disk stay unreadable. */
  async delete(key: string): Promise<void> {
    const sealed = await this.#find(key).catch(unlessGone);
    if (sealed) await this.store.overwrite(key, slotPosition(0), Buffer.alloc(2 * slotBytes));
    await this.store.delete(key);
  }

  async *list(options: { readonly olderThanMs: number }): AsyncGenerator<BlobFacts> {
    for await (const facts of this.store.list(options)) {
      const plain = await this.#plainFacts(facts).catch(unlessGone);
      if (plain) yield plain;
    }
  }

  /**
   * Brings one blob up to date: seals it when it lies there as it came, wraps its data key anew when that is still under
   * an older master key. Readers are not disturbed; answers what was done.
   */
  async keep(key: string): Promise<'sealed' | 'rewrapped' | 'current' | 'gone'> {
    try {
      const sealed = await this.#find(key);
      if (sealed) return await this.#rewrap(key, sealed.head);
      await this.store.put(this.#sealed(key, await this.store.open(key)), { maxBytes: Number.MAX_SAFE_INTEGER, key });
      return 'sealed';
    } catch (error) {
      if (isGone(error)) return 'gone';
      throw error;
    }
  }

  async #rewrap(key: string, head: Head): Promise<'rewrapped' | 'current'> {
    if (this.keys.isScoped(head)) return 'current';
    const current = await this.masterKeys.currentId();
    if (head.slots.every(({ masterKeyId }) => masterKeyId === current)) return 'current';
    const { dataKey, slot } = await this.keys.find(key, head);
    await this.#writeSlots(key, slot, await this.keys.wrap(key, dataKey));
    return 'rewrapped';
  }

  /** The slot that could be read is written last, so that a cut leaves one that can. */
  async #writeSlots(key: string, readable: 0 | 1, wrapped: WrappedKey): Promise<void> {
    for (const slot of readable === 0 ? ([1, 0] as const) : ([0, 1] as const)) await this.store.overwrite(key, slotPosition(slot), encodeSlot(wrapped));
  }

  async *#sealed(key: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    const dataKey = randomBytes(keyBytes);
    const { head, bytes } = newHead(await this.keys.wrap(key, dataKey));
    const cipher = new ChunkCipher(dataKey, head.noncePrefix, key);
    yield bytes;
    let index = 0;
    for await (const { piece, isLast } of pieces(source, chunkBytes)) {
      yield cipher.seal(piece, { index, isLast });
      index += 1;
    }
  }

  async *#content({ key, cipher, sizeBytes, start, end }: { key: string; cipher: ChunkCipher; sizeBytes: number; start: number; end: number }): AsyncGenerator<Buffer> {
    const lastOfBlob = Math.max(0, Math.ceil(sizeBytes / chunkBytes) - 1);
    const first = Math.floor(start / chunkBytes);
    const range = chunkRange(first, Math.max(first, Math.floor(end / chunkBytes)));
    let index = first;
    for await (const { piece } of pieces(await this.store.open(key, range), sealedChunkBytes)) {
      const plain = openChunk(cipher, piece, { key, index, isLast: index === lastOfBlob });
      const offset = index * chunkBytes;
      const part = plain.subarray(Math.max(0, start - offset), Math.max(0, end + 1 - offset));
      if (part.length > 0) yield part;
      index += 1;
    }
  }

  /** A blob may be sealed between two looks at it; what was opened before a look that finds it plain is plain. */
  async #openPlain(key: string, range: ByteRange | undefined, opener: Opener): Promise<Readable> {
    const stream = await this.store.open(key, range);
    if ((await this.#find(key)) === null) return stream;
    stream.destroy();
    return this.#open(key, range, opener);
  }

  /** Null for a blob that is not sealed; fails with NOT_FOUND. Once sealed its size never changes, so that is read last. */
  async #find(key: string): Promise<SealedBlob | null> {
    const head = await this.#headOf(await this.#storedFacts(key));
    return head && { head, sizeBytes: contentSize((await this.#storedFacts(key)).sizeBytes) };
  }

  async #storedFacts(key: string): Promise<BlobFacts> {
    const facts = await this.store.stat(key);
    if (!facts) throw commonFailure('NOT_FOUND', 'There is no such file.');
    return facts;
  }

  async #headOf({ key, sizeBytes }: BlobFacts): Promise<Head | null> {
    if (sizeBytes < headBytes) return null;
    return decodeHead(await buffer(await this.store.open(key, { start: 0, end: headBytes - 1 })));
  }

  async #plainFacts(facts: BlobFacts): Promise<BlobFacts> {
    const sealed = await this.#find(facts.key);
    return sealed ? { ...facts, sizeBytes: sealed.sizeBytes } : facts;
  }
}

const sealedChunkBytes = chunkRange(0, 0).end + 1 - headBytes;

function openChunk(cipher: ChunkCipher, piece: Buffer, { key, index, isLast }: { key: string; index: number; isLast: boolean }): Buffer {
  try {
    return cipher.open(piece, { index, isLast });
  } catch (cause) {
    throw new Error(`the blob ${key} is damaged in chunk ${index}`, { cause });
  }
}
