import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KnownMasterKeys } from './known.master-keys.js';
import { parseMasterKeys, type MasterKey } from './master-keys.js';
import { keyBytes } from './sealed-bytes.js';

const lookEveryMs = 2_000;

export const newMasterKey = () => `${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}:${randomBytes(keyBytes).toString('base64')}`;

/** Puts a whole file there or finds that somebody else has: two processes that start at once agree on one key. */
async function makeOnce(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`# Master keys of this installation; the first one wraps, all unwrap. Without them the data cannot be read: keep a copy elsewhere.\n${newMasterKey()}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Master keys in a file, made at the first start where there is none; a changed file is read again within two seconds, at once for an unknown id. */
export class FileMasterKeys extends KnownMasterKeys {
  private held?: { readonly keys: readonly [MasterKey, ...MasterKey[]]; readonly version: string };
  private lookedAt = -Infinity;

  private constructor(private readonly file: string) {
    super();
  }

  static async open(file: string): Promise<FileMasterKeys> {
    const exists = await stat(file).then(() => true, () => false);
    if (!exists) await makeOnce(file);
    const keys = new FileMasterKeys(file);
    await keys.keys();
    return keys;
  }

  protected async keys() {
    if (this.held && performance.now() - this.lookedAt < lookEveryMs) return this.held.keys;
    return this.refreshed();
  }

  /** A file that is missing or wrong for the moment leaves the known keys in force. */
  protected async refreshed() {
    this.lookedAt = performance.now();
    try {
      const { mtimeMs, size, ino } = await stat(this.file);
      const version = `${mtimeMs}/${size}/${ino}`;
      if (this.held?.version !== version) this.held = { keys: parseMasterKeys(await readFile(this.file, 'utf8')), version };
    } catch (error) {
      if (!this.held) throw new Error(`the master keys in ${this.file} cannot be used`, { cause: error });
    }
    return this.held.keys;
  }
}
