import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({
  format: z.literal(1),
  takenAt: z.string(),
  version: z.string(),
  /** Rows of every table at the moment of the dump. */
  rows: z.record(z.string(), z.int()),
  /** SHA-256 and size of every file. */
  files: z.record(z.string(), z.object({ sha256: z.string(), sizeBytes: z.int() })),
});
export type Manifest = z.infer<typeof Manifest>;

const manifestName = 'manifest.json';

async function filesIn(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) found.push(...(await filesIn(folder, path)));
    else found.push(path);
  }
  return found;
}

async function factsOf(file: string): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer; // without an encoding a stream of bytes gives buffers
    hash.update(bytes);
    sizeBytes += bytes.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Copies what is not there yet; a file that goes away meanwhile is left out. */
export async function copyNew(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  for (const path of await filesIn(from)) {
    const target = join(to, path);
    if (existsSync(target)) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(join(from, path), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const giveTo = async (path: string, { uid, gid }: Owner) => (process.getuid?.() === 0 ? chown(path, uid, gid) : undefined);

async function makeFolder(folder: string, owner: Owner): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder), owner);
  await mkdir(folder, { mode: 0o700 });
  await giveTo(folder, owner);
}

/** Puts the files into the folder of the product, for the account that owns it. */
export async function putFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const owner = await stat(to);
  if (!existsSync(from)) return;
  for (const path of await filesIn(from)) {
    const target = join(to, path);
    await makeFolder(dirname(target), owner);
    await copyFile(join(from, path), target);
    await chmod(target, 0o600);
    await giveTo(target, owner);
  }
}

export async function writeManifest(folder: string, { version, rows }: Pick<Manifest, 'version' | 'rows'>): Promise<void> {
  const files: Record<string, Manifest['files'][string]> = {};
  for (const path of (await filesIn(folder)).sort()) files[path] = await factsOf(join(folder, path));
  const manifest: Manifest = { format: 1, takenAt: new Date().toISOString(), version, rows, files };
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest));
}

/** Reads what an unpacked archive says of itself; fails when a file is missing, is another or was added. */
export async function checkContent(folder: string): Promise<Manifest> {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, manifestName), 'utf8')));
  const there = (await filesIn(folder)).filter((path) => path !== manifestName);
  const wrong = there.filter((path) => !(path in manifest.files));
  for (const [path, facts] of Object.entries(manifest.files)) {
    const found = there.includes(path) ? await factsOf(join(folder, path)) : null;
    if (found?.sha256 !== facts.sha256 || found.sizeBytes !== facts.sizeBytes) wrong.push(path);
  }
  if (wrong.length > 0) throw new Error(`the archive is not what its list says: ${wrong.slice(0, 5).join(', ')}`);
  return manifest;
}
