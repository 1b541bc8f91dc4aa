import { createHash, randomBytes } from 'node:crypto';
import { appendFile, cp, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScopeCipher } from '../../encryption/field-cipher.js';
import { masterKey } from '../../encryption/master-keys.conformance.js';
import { openMasterKeys } from '../../encryption/open-master-keys.js';
import { DirectoryBlobs } from '../directory.blobs.js';
import { BlobKeeping } from './blob-keeping.js';
import { EncryptedBlobs } from './encrypted.blobs.js';
import { chunkBytes, contentSize, headBytes, sealedSize } from './sealed-blob.js';

const [older, newer] = [masterKey('older'), masterKey('newer')];
const keysOf = (text: string) => openMasterKeys({ ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: text });
const quiet = { info: () => undefined, error: () => undefined };

describe('encrypted blobs', () => {
  let folder: string;
  let plain: DirectoryBlobs;
  let blobs: EncryptedBlobs;
  const put = (content: Buffer, into: { put: EncryptedBlobs['put'] } = blobs) => into.put(Readable.from([content]), { maxBytes: 50_000_000 });
  const read = async (key: string, range?: { start: number; end?: number }, from = blobs) => buffer(await from.open(key, range));
  const fileOf = async (key: string) => join(folder, (await readdir(folder, { recursive: true })).find((name) => name.endsWith(key)) ?? 'missing');
  const under = async (text: string) => new EncryptedBlobs(plain, await keysOf(text));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voiceassist-sealed-'));
    plain = await DirectoryBlobs.open(folder);
    blobs = await under(older);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('give back every range of every size, and know the size of the content', async () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 2 * chunkBytes + 1, 3 * chunkBytes - 1));
    await fc.assert(fc.asyncProperty(sizes, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 }), async (size, ranges) => {
      expect(contentSize(sealedSize(size))).toBe(size);
      const content = randomBytes(size);
      const { key, sizeBytes, sha256 } = await put(content);
      expect([sizeBytes, sha256]).toEqual([size, createHash('sha256').update(content).digest('hex')]);
      expect((await blobs.stat(key))?.sizeBytes).toBe(size);
      expect((await read(key)).equals(content)).toBe(true);
      for (const [one, other] of size === 0 ? [] : ranges) {
        const [start, end] = [Math.min(one % size, other % size), Math.max(one % size, other % size)];
        expect((await read(key, { start, end })).equals(content.subarray(start, end + 1))).toBe(true);
      }
      await blobs.delete(key);
    }), { numRuns: 40 });
  });

  it('take content in pieces of any size', async () => {
    const content = randomBytes(300_001);
    const cut = function* () {
      for (let at = 0, step = 1; at < content.length; at += step, step = (step * 7) % 100_003) yield content.subarray(at, at + step);
    };
    const { key } = await blobs.put(Readable.from(cut()), { maxBytes: 1_000_000 });
    expect((await read(key)).equals(content)).toBe(true);
  });

  it('leave nothing to read on the disk, drafts included', async () => {
    const canary = 'canary-of-the-blobs-5309';
    const { key } = await put(Buffer.from(canary.repeat(20_000)));
    expect((await read(key)).includes(canary)).toBe(true);
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) expect((await readFile(join(name.parentPath, name.name))).includes(canary)).toBe(false);
    }
  });

  it('refuse every alteration: flipped, moved, cut, lengthened, exchanged', async () => {
    const content = randomBytes(3 * chunkBytes + 100);
    const alterations: Record<string, (file: string) => Promise<void>> = {
      'a flipped bit in each part': async (file) => {
        const bytes = await readFile(file);
        for (const at of [headBytes + 5, headBytes + chunkBytes + 40]) bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
        await writeFile(file, bytes);
      },
      'two chunks exchanged': async (file) => {
        const bytes = await readFile(file);
        const chunk = chunkBytes + 16;
        const first = Buffer.from(bytes.subarray(headBytes, headBytes + chunk));
        bytes.copy(bytes, headBytes, headBytes + chunk, headBytes + 2 * chunk);
        first.copy(bytes, headBytes + chunk);
        await writeFile(file, bytes);
      },
      'cut at a chunk': (file) => truncate(file, headBytes + 2 * (chunkBytes + 16)),
      'cut in a chunk': (file) => truncate(file, headBytes + 2 * (chunkBytes + 16) + 7),
      'cut to its head': (file) => truncate(file, headBytes),
      lengthened: (file) => appendFile(file, randomBytes(20)),
      'another blob in its place': async (file) => cp(await fileOf((await put(content)).key), file),
    };
    for (const [how, alter] of Object.entries(alterations)) {
      const { key } = await put(content);
      await alter(await fileOf(key));
      expect({ how, read: await read(key).then(() => 'read', () => 'refused') }).toEqual({ how, read: 'refused' });
    }
  });

  it('cannot be read under other master keys', async () => {
    const { key } = await put(randomBytes(10));
    const stranger = await under(masterKey('older'));
    await expect(stranger.open(key)).rejects.toThrow();
    await expect((await under(newer)).open(key)).rejects.toThrow('the master key older is not known');
  });

  it('seal what was stored before, wrap anew under the next master key, and are read all the while', async () => {
    const content = randomBytes(150_000);
    const before = await put(content, plain);
    const sealed = await put(content);
    expect((await read(before.key)).equals(content)).toBe(true);
    const rotatedKeys = await keysOf(`${newer},${older}`);
    const rotated = new EncryptedBlobs(plain, rotatedKeys);

    let [reading, reads] = [true, 0];
    const readers = Array.from({ length: 4 }, async () => {
      while (reading || reads < 20) {
        const bytes = await read(reads % 2 === 0 ? before.key : sealed.key, undefined, rotated);
        expect(bytes.equals(content)).toBe(true);
        reads += 1;
      }
    });
    const writers = Array.from({ length: 5 }, async () => (await put(content, rotated)).key);
    const changed = await new BlobKeeping({ blobs: rotated, masterKeys: rotatedKeys, logger: quiet }).round();
    reading = false;
    await Promise.all(readers);
    expect(changed.sealed).toBe(1);
    expect(changed.rewrapped).toBeGreaterThanOrEqual(1);
    const onlyNewer = await under(newer);
    for (const key of [before.key, sealed.key, ...(await Promise.all(writers))]) expect((await read(key, undefined, onlyNewer)).equals(content)).toBe(true);
    expect(await new BlobKeeping({ blobs: rotated, masterKeys: rotatedKeys, logger: quiet }).round()).toMatchObject({ sealed: 0, rewrapped: 0 });
    blobs = rotated;
  });

  it('hang on the key of a scope once they were moved into it, are read all the while, and are lost with it, copies included', async () => {
    const content = randomBytes(150_000);
    const [scope, other] = [new ScopeCipher('collection/1', randomBytes(32)), new ScopeCipher('collection/1', randomBytes(32))];
    const [sealed, early] = [await put(content), await put(content, plain)];
    expect((await buffer(await blobs.openIn(sealed.key, scope))).equals(content)).toBe(true);
    const passFromBefore = (await blobs.passFor(sealed.key, scope)) ?? '';
    expect(await blobs.passFor(early.key, scope)).toBeUndefined();
    let moving = true;
    const readers = Array.from({ length: 3 }, async () => {
      while (moving) expect((await buffer(await blobs.openIn(sealed.key, scope))).equals(content)).toBe(true);
    });
    for (const { key } of [sealed, early]) expect([await blobs.moveInto(key, scope), await blobs.moveInto(key, scope)]).toEqual(['moved', 'there']);
    moving = false;
    await Promise.all(readers);
    // a delivery that was begun before the move goes on after it
    expect((await buffer(await blobs.openWith(sealed.key, passFromBefore))).equals(content)).toBe(true);
    expect(await blobs.moveInto('f'.repeat(48), scope)).toBe('gone');
    for (const { key } of [sealed, early]) {
      expect((await buffer(await blobs.openIn(key, scope, { start: 70_000, end: 70_009 }))).equals(content.subarray(70_000, 70_010))).toBe(true);
      await expect(blobs.open(key)).rejects.toThrow('hangs on a key');
      await expect(blobs.openIn(key, other)).rejects.toThrow();
      const pass = (await blobs.passFor(key, scope)) ?? '';
      expect((await buffer(await blobs.openWith(key, pass))).equals(content)).toBe(true);
    }
    await expect(blobs.openWith(early.key, (await blobs.passFor(sealed.key, scope)) ?? '')).rejects.toThrow();
    await new BlobKeeping({ blobs, masterKeys: await keysOf(`${masterKey('next')},${newer},${older}`), logger: quiet }).round(); // a rotation leaves them where they hang
    expect(await blobs.moveInto(sealed.key, scope)).toBe('there');
    await expect(blobs.openIn(sealed.key, new ScopeCipher('collection/1', undefined))).rejects.toThrow('has been destroyed');
    expect((await blobs.stat(sealed.key))?.sizeBytes).toBe(content.length);
    for (const { key } of [sealed, early]) await blobs.delete(key);
  });

  it('survive a new wrapping that is cut off half-way', async () => {
    const content = randomBytes(1000);
    const { key } = await put(content);
    const head = await readFile(await fileOf(key));
    for (const slot of [0, 1]) {
      const file = await open(await fileOf(key), 'r+');
      await file.write(Buffer.alloc(40, 0x58), 0, 40, 16 + slot * 92);
      await file.close();
      expect((await read(key)).equals(content)).toBe(true);
      await writeFile(await fileOf(key), head);
    }
  });

  it('destroy the data key of what is deleted', async () => {
    const { key } = await put(randomBytes(1000));
    const file = await open(await fileOf(key), 'r'); // as an undelete would find it
    await blobs.delete(key);
    const left = Buffer.alloc(headBytes);
    await file.read(left, 0, headBytes, 0);
    await file.close();
    expect(left.subarray(16).every((byte) => byte === 0)).toBe(true);
  });
});
