import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import { embeddedHome } from './open-sql.js';
import { lockFileName, lockFolder } from './pglite/folder-lock.js';

const unpack = promisify(gunzip);

function folderOf(url: string): string {
  const home = embeddedHome(url);
  if (!home || !('folder' in home)) throw new Error('Dump and restore work on pglite:<folder>; use pg_dump for a PostgreSQL server');
  return home.folder;
}

/** Writes a whole compressed file or none, and only returns once the disk has it. */
async function writeDurably(file: string, content: Blob): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    await pipeline(content.stream(), createGzip({ level: 3 }), createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Saves the embedded database as a compressed tar file. The product must be stopped: the folder's lock is taken. */
export async function dumpDatabase(url: string, file: string): Promise<{ sizeBytes: number }> {
  const folder = folderOf(url);
  const { openEngine, dataFolder, isEmptyFolder } = await import('./pglite/engine.js');
  if (await isEmptyFolder(dataFolder(folder))) throw new Error(`There is no database in ${folder}`);
  const unlock = await lockFolder(folder);
  try {
    const engine = await openEngine({ folder });
    try {
      await writeDurably(file, await engine.dumpDataDir('none'));
      return { sizeBytes: (await stat(file)).size };
    } finally {
      await engine.close();
    }
  } finally {
    await unlock();
  }
}

/** Unpacks here, because the engine would not survive a torn file. */
async function readDump(file: string): Promise<Blob> {
  try {
    return new Blob([await unpack(await readFile(file))]);
  } catch (error) {
    throw new Error(`${file} could not be restored: it is no complete dump`, { cause: error });
  }
}

/** Brings a dump back into an empty or missing folder, and refuses any other. A failed restore leaves the folder empty. */
export async function restoreDatabase(url: string, file: string): Promise<void> {
  const folder = folderOf(url);
  const dump = await readDump(file);
  const { createFromDump, dataFolder } = await import('./pglite/engine.js');
  const unlock = await lockFolder(folder);
  try {
    const present = (await readdir(folder)).filter((name) => !name.startsWith(lockFileName));
    if (present.length > 0) throw new Error(`${folder} is not empty: restore into a new folder, or move this one away first`);
    try {
      const engine = await createFromDump(folder, dump);
      await engine.close();
    } catch (error) {
      await rm(dataFolder(folder), { recursive: true, force: true });
      throw new Error(`${file} could not be restored`, { cause: error });
    }
  } finally {
    await unlock();
  }
}
