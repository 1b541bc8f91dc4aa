import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { WrappedKey } from '../../encryption/master-keys.js';
import { keyBytes, sealBytes } from '../../encryption/sealed-bytes.js';

/**
 * How a blob lies on the disk: a head of 200 bytes (mark, nonce prefix, two slots for the wrapped data key), then chunks
 * of 64 KiB, each sealed with AES-256-GCM under the data key. A chunk's nonce holds its number and whether it is the last
 * (the STREAM construction), so that no chunk can be moved, repeated or left out, and a cut file shows.
 */
export const chunkBytes = 65_536;
const tagBytes = 16;
const mark = Buffer.from('VAEB\u0001\u0010', 'latin1'); // version 1, chunks of 2^16 bytes
const prefixBytes = 7;
const fixedBytes = 16;
const idBytes = 31;
export const slotBytes = 1 + idBytes + keyBytes + sealBytes;
export const headBytes = fixedBytes + 2 * slotBytes;

export interface Head {
  readonly noncePrefix: Buffer;
  /** The data key, wrapped: written twice, so that a new wrapping that is cut off leaves the other one. */
  readonly slots: readonly [WrappedKey, WrappedKey];
}

export const slotPosition = (slot: 0 | 1) => fixedBytes + slot * slotBytes;

export function encodeSlot({ masterKeyId, wrapped }: WrappedKey): Buffer {
  const slot = Buffer.alloc(slotBytes);
  slot.writeUInt8(masterKeyId.length);
  slot.write(masterKeyId, 1, 'latin1');
  Buffer.from(wrapped).copy(slot, 1 + idBytes);
  return slot;
}

function decodeSlot(slot: Buffer): WrappedKey {
  return { masterKeyId: slot.toString('latin1', 1, 1 + Math.min(slot.readUInt8(), idBytes)), wrapped: slot.subarray(1 + idBytes) };
}

export function newHead(key: WrappedKey): { head: Head; bytes: Buffer } {
  const noncePrefix = randomBytes(prefixBytes);
  const fixed = Buffer.alloc(fixedBytes);
  mark.copy(fixed);
  noncePrefix.copy(fixed, mark.length);
  return { head: { noncePrefix, slots: [key, key] }, bytes: Buffer.concat([fixed, encodeSlot(key), encodeSlot(key)]) };
}

/** Null for bytes that do not begin as a sealed blob does. */
export function decodeHead(bytes: Buffer): Head | null {
  if (bytes.length < headBytes || !bytes.subarray(0, mark.length).equals(mark)) return null;
  const slot = (index: 0 | 1) => decodeSlot(bytes.subarray(slotPosition(index), slotPosition(index) + slotBytes));
  return { noncePrefix: bytes.subarray(mark.length, mark.length + prefixBytes), slots: [slot(0), slot(1)] };
}

/** Bytes on the disk for so many bytes of content. */
export function sealedSize(contentBytes: number): number {
  return headBytes + contentBytes + Math.max(1, Math.ceil(contentBytes / chunkBytes)) * tagBytes;
}

/** Bytes of content in so many bytes on the disk. */
export function contentSize(storedBytes: number): number {
  const body = storedBytes - headBytes;
  return Math.max(0, body - Math.ceil(body / (chunkBytes + tagBytes)) * tagBytes);
}

/** Which bytes on the disk hold the chunks from one to another, both included. */
export function chunkRange(first: number, last: number): { start: number; end: number } {
  const sealedChunk = chunkBytes + tagBytes;
  return { start: headBytes + first * sealedChunk, end: headBytes + (last + 1) * sealedChunk - 1 };
}

interface ChunkPlace {
  readonly index: number;
  readonly isLast: boolean;
}

/** Seals and opens the chunks of one blob. */
export class ChunkCipher {
  private readonly place: Buffer;

  constructor(private readonly dataKey: Buffer, private readonly noncePrefix: Buffer, blobKey: string) {
    this.place = Buffer.from(`blob chunk of ${blobKey}`);
  }

  seal(plain: Buffer, at: ChunkPlace): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.dataKey, this.nonce(at), { authTagLength: tagBytes }).setAAD(this.place);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when anything about the chunk is not as it was sealed. */
  open(sealed: Buffer, at: ChunkPlace): Buffer {
    const end = sealed.length - tagBytes;
    if (end < 0) throw new Error('the chunk is cut off');
    const decipher = createDecipheriv('aes-256-gcm', this.dataKey, this.nonce(at), { authTagLength: tagBytes })
      .setAAD(this.place).setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  }

  private nonce({ index, isLast }: ChunkPlace): Buffer {
    const counter = Buffer.alloc(5);
    counter.writeUInt32BE(index);
    counter.writeUInt8(isLast ? 1 : 0, 4);
    return Buffer.concat([this.noncePrefix, counter]);
  }
}

/** Cuts a stream into pieces of exactly that size and a last one that is shorter or as long; an empty stream is one empty piece. */
export async function* pieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<{ piece: Buffer; isLast: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const bytes of source) {
    waiting.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    length += bytes.byteLength;
    if (length <= size) continue;
    let rest = Buffer.concat(waiting);
    for (; rest.length > size; rest = rest.subarray(size)) yield { piece: rest.subarray(0, size), isLast: false };
    waiting = [rest];
    length = rest.length;
  }
  yield { piece: Buffer.concat(waiting), isLast: true };
}
