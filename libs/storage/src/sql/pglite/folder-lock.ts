import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Holder = z.object({ pid: z.number().int(), startedAt: z.string(), since: z.string() });
type Holder = z.infer<typeof Holder>;

export const lockFileName = 'voiceassist.lock';

/** When a process began, in a form that a later process with the same id cannot share; null when there is none. */
function processStart(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null; // process.kill throws system errors only
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return 'unknown'; // no /proc: then a living process with that id counts as the holder
  }
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

const holds = (holder: Holder) => processStart(holder.pid) === holder.startedAt;

/** Takes the lock file only if nobody has; the file appears whole or not at all. */
async function tryCreate(file: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const holder: Holder = { pid: process.pid, startedAt: processStart(process.pid) ?? 'unknown', since: new Date().toISOString() };
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // fs rejects with system errors only
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a dead process's lock away; if a living one slipped in between, puts that back. */
async function removeStale(file: string): Promise<void> {
  const moved = `${file}.stale.${process.pid}`;
  try {
    await rename(file, moved);
  } catch {
    return; // somebody else moved it first
  }
  const holder = await readHolder(moved);
  if (holder && holds(holder)) await link(moved, file).catch(() => undefined);
  await rm(moved, { force: true });
}

/**
 * Makes this process the only one that works in a folder, until the returned function is called. PGlite itself would let
 * two processes open one database and destroy it. A lock whose process is dead is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, lockFileName);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await tryCreate(file)) return () => rm(file, { force: true });
    const holder = await readHolder(file);
    if (holder && holds(holder)) {
      throw new Error(`The database in ${folder} is in use by process ${holder.pid} since ${holder.since}: stop it first, or give this one another folder`);
    }
    await removeStale(file);
  }
  throw new Error(`The lock ${file} could not be taken`);
}
