import { resolve } from 'node:path';
import { dumpDatabase, restoreDatabase } from '@voiceassist/storage';

/**
 * `npm run data -- dump FILE` and `npm run data -- restore FILE` for the embedded database under DATA_DIR.
 * PGlite does not fsync, so a power cut can lose the last writes: a dump is what a restore is made from.
 */
const [, , command, file] = process.argv;
const url = process.env['DATABASE_URL'] ?? `pglite:${resolve(process.env['DATA_DIR'] ?? './data')}/sql`;

async function run(): Promise<string> {
  if (!file) throw new Error('usage: npm run data -- dump FILE | restore FILE');
  if (command === 'dump') {
    await dumpDatabase(url, resolve(file));
    return `dumped ${url} to ${file}`;
  }
  if (command === 'restore') {
    await restoreDatabase(url, resolve(file));
    return `restored ${file} into ${url}`;
  }
  throw new Error(`unknown command ${command ?? ''}; use dump or restore`);
}

try {
  console.log(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
