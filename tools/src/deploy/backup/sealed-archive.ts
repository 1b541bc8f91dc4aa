import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { NamedKey } from '../secrets.js';

/**
 * A stream of any length as one file under AES-256-GCM. The file begins with a line of text: format, id of the key, salt. From
 * key and salt comes the key of this file alone. The content follows in pieces, each sealed on its own, so that nothing
 * is ever taken out that was not checked; the nonce holds the piece's number and whether it is the last one, and every piece
 * is bound to the first line. Changed, moved, repeated, missing or added bytes make reading fail.
 */
const format = 'voiceassist-backup-1';
const pieceBytes = 1_048_576;
const tagBytes = 16;
const saltBytes = 32;
const longestHead = 200;
const algorithm = 'aes-256-gcm';

interface Seal {
  readonly key: Buffer;
  readonly head: Buffer;
}

function sealOf({ key }: NamedKey, head: Buffer, salt: Buffer): Seal {
  return { key: Buffer.from(hkdfSync('sha256', key, salt, format, 32)), head };
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 4, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

function sealPiece({ key, head }: Seal, piece: Buffer, nonce: Buffer): Buffer {
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(head);
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

function openPiece({ key, head }: Seal, sealed: Buffer, nonce: Buffer): Buffer {
  if (sealed.length < tagBytes) throw new Error('the archive is cut off');
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(head).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    throw new Error('the archive is damaged, was altered or is cut off: a piece of it does not open');
  }
}

/** Cuts a stream into pieces of one size; only the last may be shorter, and it may be empty. */
async function* piecesOf(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<{ piece: Buffer; number: number; isLast: boolean }> {
  let waiting: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of source) {
    waiting = Buffer.concat([waiting, chunk]);
    // the last whole piece is held back until it is known that more follows
    for (; waiting.length > size; number += 1) {
      yield { piece: waiting.subarray(0, size), number, isLast: false };
      waiting = waiting.subarray(size);
    }
  }
  yield { piece: waiting, number, isLast: true };
}

/** Writes the whole stream into the file, which appears under its name only when it is complete and on the disk. */
export async function sealInto(file: string, source: AsyncIterable<Uint8Array>, key: NamedKey): Promise<void> {
  const salt = randomBytes(saltBytes);
  const head = Buffer.from(`${format} ${key.id} ${salt.toString('hex')}\n`);
  const seal = sealOf(key, head, salt);
  const part = `${file}.part`;
  async function* sealed(): AsyncGenerator<Buffer> {
    yield head;
    for await (const { piece, number, isLast } of piecesOf(source, pieceBytes)) yield sealPiece(seal, piece, nonceOf(number, isLast));
  }
  try {
    await pipeline(sealed(), createWriteStream(part, { mode: 0o600, flush: true }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function readHead(file: string): Promise<{ head: Buffer; keyId: string; salt: Buffer }> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHead), 0, longestHead, 0);
    const head = buffer.subarray(0, buffer.subarray(0, bytesRead).indexOf('\n') + 1);
    const [, keyId, salt] = new RegExp(`^${format} (\\S+) ([0-9a-f]{${saltBytes * 2}})\n$`).exec(head.toString()) ?? [];
    if (keyId === undefined || salt === undefined) throw new Error(`${file} is no backup, or its beginning was altered`);
    return { head, keyId, salt: Buffer.from(salt, 'hex') };
  } finally {
    await handle.close();
  }
}

/** What was sealed, piece by piece; each is checked before it is given out, the end included. */
export async function* openArchive(file: string, keys: readonly NamedKey[]): AsyncGenerator<Buffer> {
  const { head, keyId, salt } = await readHead(file);
  const key = keys.find(({ id }) => id === keyId);
  if (!key) throw new Error(`the archive was sealed with the key ${keyId}, which is not among the given ones: ${keys.map(({ id }) => id).join(', ')}`);
  const seal = sealOf(key, head, salt);
  for await (const { piece, number, isLast } of piecesOf(createReadStream(file, { start: head.length }), pieceBytes + tagBytes)) yield openPiece(seal, piece, nonceOf(number, isLast));
}
