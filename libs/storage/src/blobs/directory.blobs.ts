import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { commonFailure } from '@voiceassist/kit';
import { Blobs, checkBlobKey, isBlobKey, newBlobKey, type BlobFacts, type ByteRange, type PutOptions, type StoredBlob } from './blobs.js';
import { CountedBytes } from './counted.js';

const incoming = '.incoming';
const abandonedAfterMs = 24 * 3_600_000;

const isMissing = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''); // fs rejects with system errors

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Blobs as files of one directory, spread over 256 folders; for one machine or a shared volume. */
export class DirectoryBlobs extends Blobs {
  private constructor(private readonly folder: string) {
    super();
  }

  /** Makes the directory and removes what uploads of a crashed process left behind. */
  static async open(folder: string): Promise<DirectoryBlobs> {
    const drafts = join(folder, incoming);
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    for (const name of await readdir(drafts)) {
      const draft = join(drafts, name);
      const age = Date.now() - ((await stat(draft).catch(() => null))?.mtimeMs ?? Date.now());
      if (age > abandonedAfterMs) await rm(draft, { force: true });
    }
    return new DirectoryBlobs(folder);
  }

  /** Resolves when the directory can be reached. */
  async check(): Promise<void> {
    await stat(join(this.folder, incoming));
  }

  async put(source: AsyncIterable<Uint8Array>, { maxBytes, prefix, key = newBlobKey(prefix) }: PutOptions): Promise<StoredBlob> {
    checkBlobKey(key);
    const draft = join(this.folder, incoming, randomBytes(12).toString('hex'));
    const bytes = new CountedBytes(maxBytes);
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await this.#write(handle, bytes.of(source));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#publish(draft, this.#pathOf(key));
    } finally {
      await rm(draft, { force: true });
    }
    return { key, sizeBytes: bytes.sizeBytes, sha256: bytes.sha256 };
  }

  async open(key: string, range?: ByteRange): Promise<Readable> {
    const handle = await this.#openFile(checkBlobKey(key));
    try {
      const { size } = await handle.stat();
      const { start = 0, end = size - 1 } = range ?? {};
      if (start < 0 || end < start - 1 || (range && start >= size)) throw commonFailure('INVALID_INPUT', 'The range lies outside the file.');
      return handle.createReadStream({ start, end: Math.max(Math.min(end, size - 1), 0) });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async stat(key: string): Promise<BlobFacts | null> {
    try {
      return factsOf(key, await stat(this.#pathOf(checkBlobKey(key))));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(checkBlobKey(key)), { force: true });
  }

  async overwrite(key: string, position: number, bytes: Uint8Array): Promise<void> {
    let handle: FileHandle;
    try {
      handle = await open(this.#pathOf(checkBlobKey(key)), 'r+');
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    try {
      await handle.write(bytes, 0, bytes.byteLength, position);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async *list({ olderThanMs }: { readonly olderThanMs: number }): AsyncGenerator<BlobFacts> {
    const newest = Date.now() - olderThanMs;
    for await (const entry of await opendir(this.folder, { recursive: true })) {
      const key = this.#keyOf(join(entry.parentPath, entry.name));
      const facts = entry.isFile() && key !== null ? await this.stat(key) : null;
      if (facts && facts.storedAt.getTime() <= newest) yield facts;
    }
  }

  async #write(handle: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  }

  async #publish(draft: string, path: string): Promise<void> {
    const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(draft, path);
    await syncFolder(dirname(path));
    // a new folder is only as durable as its entry in the one above
    for (let folder = dirname(path); made !== undefined && folder !== this.folder; folder = dirname(folder)) await syncFolder(dirname(folder));
  }

  async #openFile(key: string): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(key), 'r');
    } catch (error) {
      if (isMissing(error)) throw commonFailure('NOT_FOUND', 'There is no such file.', { cause: error });
      throw error;
    }
  }

  #pathOf(key: string): string {
    const name = basename(key);
    return join(this.folder, dirname(key), name.slice(0, 2), name);
  }

  #keyOf(path: string): string | null {
    const parts = relative(this.folder, path).split(sep);
    const key = [...parts.slice(0, -2), parts.at(-1) ?? ''].join('/');
    return isBlobKey(key) && this.#pathOf(key) === path ? key : null;
  }
}

const factsOf = (key: string, { size, mtime }: Stats): BlobFacts => ({ key, sizeBytes: size, storedAt: mtime });
