import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openArchive, sealInto } from './sealed-archive.js';

const key = { id: 'first', key: randomBytes(32) };
const megabyte = 1_048_576;
const sealedPiece = megabyte + 16;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* inChunks(content: Buffer, size = 70_001): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function sealed(content: Buffer): Promise<string> {
  const file = join(folder, `${randomBytes(6).toString('hex')}.backup`);
  await sealInto(file, inChunks(content), key);
  return file;
}

async function read(file: string, keys = [key]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of openArchive(file, keys)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a sealed archive', () => {
  it.each([0, 1, megabyte - 1, megabyte, megabyte + 1, 3 * megabyte, 3 * megabyte + 7])('gives back %d bytes', async (size) => {
    const content = randomBytes(size);
    const file = await sealed(content);
    expect((await read(file)).equals(content)).toBe(true);
    expect(size < 100 || !readFileSync(file).includes(content.subarray(0, 64))).toBe(true);
  });

  it('opens with an older key too, and says which one it lacks', async () => {
    const file = await sealed(Buffer.from('content'));
    const newer = { id: 'second', key: randomBytes(32) };
    expect((await read(file, [newer, key])).toString()).toBe('content');
    await expect(read(file, [newer])).rejects.toThrow('sealed with the key first, which is not among the given ones: second');
    await expect(read(file, [{ id: 'first', key: newer.key }])).rejects.toThrow('does not open');
  });

  it('refuses every alteration', async () => {
    const file = await sealed(randomBytes(3 * megabyte + 100));
    const whole = readFileSync(file);
    const head = whole.indexOf('\n') + 1;
    const piece = (number: number) => whole.subarray(head + number * sealedPiece, head + (number + 1) * sealedPiece);
    const flipped = (at: number) => Buffer.concat([whole.subarray(0, at), Buffer.from([(whole[at] ?? 0) ^ 1]), whole.subarray(at + 1)]);
    const altered: Record<string, Buffer> = {
      'a bit in the salt': flipped(head - 5), 'a bit in the first piece': flipped(head + 10), 'a bit in a tag': flipped(head + sealedPiece - 1), 'the last bit': flipped(whole.length - 1),
      'cut within a piece': whole.subarray(0, -7), 'cut between pieces': whole.subarray(0, head + 2 * sealedPiece), 'only the head': whole.subarray(0, head),
      'two pieces exchanged': Buffer.concat([whole.subarray(0, head), piece(1), piece(0), piece(2), piece(3)]), 'a piece left out': Buffer.concat([whole.subarray(0, head), piece(0), piece(2), piece(3)]),
      'a piece repeated': Buffer.concat([whole.subarray(0, head), piece(0), piece(0), piece(1), piece(2), piece(3)]), 'something added': Buffer.concat([whole, Buffer.from('more')]),
      'plain text': Buffer.from('plain text\n'), nothing: Buffer.alloc(0),
    };
    for (const [what, bytes] of Object.entries(altered)) {
      writeFileSync(file, bytes);
      expect([what, await read(file).then(() => 'read', () => 'refused')]).toEqual([what, 'refused']);
    }
  });

  it('leaves nothing behind when the source fails', async () => {
    const before = readdirSync(folder);
    async function* failing(): AsyncGenerator<Buffer> {
      yield randomBytes(2 * megabyte);
      throw new Error('the source broke');
    }
    await expect(sealInto(join(folder, 'never.backup'), failing(), key)).rejects.toThrow('the source broke');
    expect(readdirSync(folder)).toEqual(before);
  });
});
