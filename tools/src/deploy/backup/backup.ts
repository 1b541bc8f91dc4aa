import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { verifyStoredAudit } from '@voiceassist/service-admin';
import type { Installation } from '../installation.js';
import { ended, launch } from '../programs.js';
import type { Runtime, Stores } from '../runtime/runtime.js';
import { readKeys } from '../secrets.js';
import type { Steps } from '../steps.js';
import { checkContent, copyNew, type Manifest, putFiles, writeManifest } from './archive-content.js';
import { countRowsOf, dumpSnapshot, loadDump, withScratchDatabase } from './database-snapshot.js';
import { openArchive, sealInto } from './sealed-archive.js';

export interface Site {
  readonly installation: Installation;
  readonly runtime: Runtime;
  readonly steps: Steps;
}

export interface TakenBackup {
  readonly file: string;
  readonly sizeBytes: number;
  readonly seconds: number;
}

const extension = '.backup';

/** `tar` of a folder, streamed. */
async function packInto(file: string, folder: string, installation: Installation): Promise<void> {
  const [key] = readKeys(installation.secretFile('backup.keys'));
  if (!key) throw new Error('there is no backup key');
  const tar = launch({ program: 'tar', words: ['--create', '--numeric-owner', '--directory', folder, '.'] });
  tar.stdin.end();
  await Promise.all([ended(tar, 'tar'), sealInto(file, tar.stdout as AsyncIterable<Buffer>, key)]); // it gives bytes
}

/** Unpacks an archive into an empty folder and checks every byte of it. */
export async function unpack({ installation }: Pick<Site, 'installation'>, file: string, folder: string): Promise<Manifest> {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const tar = launch({ program: 'tar', words: ['--extract', '--no-same-owner', '--directory', folder] });
  await Promise.all([ended(tar, 'tar'), pipeline(openArchive(file, readKeys(installation.secretFile('backup.keys'))), tar.stdin)]);
  return checkContent(folder);
}

/**
 * Takes a backup while the product runs. Files are copied before and after the dump: every file that a row of the dump
 * names was there before it or came meanwhile.
 */
export async function takeBackup({ installation, runtime, steps }: Site, version: string): Promise<TakenBackup> {
  const begun = performance.now();
  const staging = installation.emptyFolder('backup.staging');
  const file = join(installation.backupsFolder, `${new Date().toISOString().replace(/[:.]/g, '-')}${extension}`);
  try {
    const rows = await steps.run('back up: database and files', () => runtime.withStores(version, async (stores) => {
      const blobs = join(staging, 'blobs');
      await copyNew(stores.blobFolder, blobs);
      const counted = await dumpSnapshot(stores, join(staging, 'database.dump'));
      await copyNew(stores.blobFolder, blobs);
      return counted;
    }));
    await steps.run('back up: seal the archive', async () => {
      await writeManifest(staging, { version, rows });
      await packInto(file, staging, installation);
    });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return { file, sizeBytes: statSync(file).size, seconds: (performance.now() - begun) / 1000 };
}

async function expectIntactAudit(site: Site, databaseUrl: string, blobFolder: string): Promise<number> {
  const keySettings = { ENCRYPTION_KEYS_URL: `file:${site.runtime.encryptionKeysFile}` };
  const report = await verifyStoredAudit({ databaseUrl, blobSettings: { BLOB_URL: `file:${blobFolder}`, ...keySettings }, keySettings });
  if (report.verdict === 'tampered') throw new Error(`the audit in the backup is not intact: ${report.faultCount} faults`);
  return report.entries;
}

async function expectSameRows(stores: Stores, database: string, { rows }: Manifest): Promise<void> {
  const found = await countRowsOf(stores, database);
  const wrong = [...new Set([...Object.keys(rows), ...Object.keys(found)])].filter((table) => rows[table] !== found[table]);
  if (wrong.length > 0) throw new Error(`other row counts than at the backup: ${wrong.slice(0, 5).map((table) => `${table} ${rows[table] ?? 'none'} → ${found[table] ?? 'none'}`).join(', ')}`);
}

/** Restores an archive beside the running product, compares the rows, follows the audit's chain with the copies of its checkpoints. */
export async function verifyBackup(site: Site, file: string): Promise<{ tables: number; auditEntries: number }> {
  const staging = site.installation.emptyFolder('verify.staging');
  try {
    const manifest = await site.steps.run('verify: open the archive', () => unpack(site, file, staging));
    return await site.steps.run('verify: restore into a scratch database', () => site.runtime.withStores(manifest.version, (stores) => withScratchDatabase(stores, async (database) => {
      await loadDump(stores, join(staging, 'database.dump'), database);
      await expectSameRows(stores, database, manifest);
      return { tables: Object.keys(manifest.rows).length, auditEntries: await expectIntactAudit(site, stores.databaseUrl(database), join(staging, 'blobs')) };
    })));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** The folder itself may be a volume, so it stays. */
function emptyOut(folder: string): void {
  if (existsSync(folder)) for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}

/** Makes the stores of a stopped product what the archive holds; nothing of before is left. Its release is got ready first. */
export async function putBack(site: Site, file: string, getReady = (version: string) => site.runtime.recall(version)): Promise<Manifest> {
  const { installation, runtime, steps } = site;
  const staging = installation.emptyFolder('restore.staging');
  try {
    const manifest = await steps.run('restore: open the archive and check it', () => unpack(site, file, staging));
    await steps.run(`get release ${manifest.version}`, () => getReady(manifest.version));
    await steps.run('restore: database, files and index', () => runtime.withStores(manifest.version, async (stores) => {
      await loadDump(stores, join(staging, 'database.dump'), stores.database);
      await expectSameRows(stores, stores.database, manifest);
      emptyOut(stores.blobFolder);
      await putFiles(join(staging, 'blobs'), stores.blobFolder);
      await expectIntactAudit(site, stores.databaseUrl(stores.database), join(staging, 'blobs'));
      await stores.rebuildIndex();
    }));
    return manifest;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Backups of the installation, the newest first. */
export function backupsOf({ backupsFolder }: Installation): string[] {
  return readdirSync(backupsFolder).filter((name) => name.endsWith(extension)).sort().reverse().map((name) => join(backupsFolder, name));
}

/** Removes all but the newest; answers how many went. One that a change under way may still need stays. */
export function removeOld(installation: Installation, keep: number, needed?: string): number {
  const old = backupsOf(installation).slice(Math.max(1, keep)).filter((file) => file !== needed);
  for (const file of old) rmSync(file);
  return old.length;
}
