import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BlobFacts, Blobs } from './blobs.js';

export interface BlobsUnderTest {
  readonly blobs: Blobs;
  close(): Promise<void>;
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const megabyte = 1_048_576;

/** What every blob store promises. */
export function describeBlobs(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`blobs on ${name}`, () => {
    let opened: BlobsUnderTest;
    let blobs: Blobs;
    const put = (content: Buffer, prefix?: string) => blobs.put(Readable.from([content]), { maxBytes: 10 * megabyte, prefix });
    const listed = async (olderThanMs: number) => {
      const found: BlobFacts[] = [];
      for await (const facts of blobs.list({ olderThanMs })) found.push(facts);
      return found;
    };

    beforeAll(async () => {
      opened = await open();
      blobs = opened.blobs;
    });
    afterAll(() => opened?.close());

    it('gives back what was stored, with its size and hash, under a key of its own', async () => {
      const content = randomBytes(2 * megabyte + 17);
      const [one, two] = [await put(content, 'documents'), await put(content)];
      expect(one).toMatchObject({ sizeBytes: content.length, sha256: sha256(content) });
      expect(one.key).toMatch(/^documents\//);
      expect(one.key).not.toBe(two.key);
      expect(sha256(await buffer(await blobs.open(one.key)))).toBe(one.sha256);
      expect(await blobs.stat(one.key)).toMatchObject({ key: one.key, sizeBytes: content.length });
    });

    it('keeps empty files and files of exactly the limit', async () => {
      const empty = await put(Buffer.alloc(0));
      expect((await buffer(await blobs.open(empty.key))).length).toBe(0);
      const exact = await blobs.put(Readable.from([Buffer.alloc(10)]), { maxBytes: 10 });
      expect(exact.sizeBytes).toBe(10);
    });

    it('reads ranges, the last byte included', async () => {
      const { key } = await put(Buffer.from('0123456789'));
      const read = async (start: number, end?: number) => (await buffer(await blobs.open(key, { start, end }))).toString();
      expect([await read(0, 0), await read(3, 6), await read(8), await read(9, 99)]).toEqual(['0', '3456', '89', '9']);
      for (const start of [-1, 10]) await expect(blobs.open(key, { start })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('stops reading a file that is too large and keeps nothing of it', async () => {
      const before = (await listed(0)).length;
      let taken = 0;
      let returned = false;
      async function* endless() {
        try {
          for (;;) {
            taken += 1;
            yield Buffer.alloc(1000);
          }
        } finally {
          returned = true;
        }
      }
      await expect(blobs.put(endless(), { maxBytes: 50_000 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE', kind: 'invalid' });
      expect(returned).toBe(true);
      expect(taken).toBeLessThan(60);
      expect(await listed(0)).toHaveLength(before);
    });

    it('keeps nothing of a source that breaks off', async () => {
      const before = (await listed(0)).length;
      async function* breaking() {
        yield Buffer.alloc(1000);
        throw new Error('client gone');
      }
      await expect(blobs.put(breaking(), { maxBytes: megabyte })).rejects.toThrow('client gone');
      expect(await listed(0)).toHaveLength(before);
    });

    it('deletes for good and twice without complaint', async () => {
      const { key } = await put(Buffer.from('x'));
      await blobs.delete(key);
      await blobs.delete(key);
      expect(await blobs.stat(key)).toBeNull();
      await expect(blobs.open(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('takes only keys that it gave out', async () => {
      const stranger = 'f'.repeat(48);
      const refused = { code: 'INVALID_INPUT' };
      for (const key of ['', '..', '../../etc/passwd', `documents/../../${stranger}`, `/${stranger}`, `a/b/${stranger}`, `${stranger}\0`, stranger.toUpperCase()]) {
        await expect(blobs.open(key)).rejects.toMatchObject(refused);
        await expect(blobs.stat(key)).rejects.toMatchObject(refused);
        await expect(blobs.delete(key)).rejects.toMatchObject(refused);
      }
      await expect(put(Buffer.from('x'), '../up')).rejects.toThrow('prefix');
    });

    it('lists what is old enough to sweep', async () => {
      const [one, two] = [await put(Buffer.from('a'), 'documents'), await put(Buffer.from('bc'))];
      const keys = (await listed(0)).map(({ key }) => key);
      expect(keys).toEqual(expect.arrayContaining([one.key, two.key]));
      expect(new Set(keys).size).toBe(keys.length);
      expect(await listed(3_600_000)).toEqual([]);
    });

    it('stores many files at once', async () => {
      const contents = Array.from({ length: 20 }, (_, index) => Buffer.alloc(50_000, index));
      const stored = await Promise.all(contents.map((content) => put(content)));
      for (const [index, { key }] of stored.entries()) expect((await buffer(await blobs.open(key))).equals(contents[index] ?? Buffer.alloc(0))).toBe(true);
    });
  });
}
