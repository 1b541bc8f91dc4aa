import { resolve } from 'node:path';
import { environmentOver } from '@voiceassist/kit';
import { dumpDatabase, restoreDatabase, SqlConfig } from '@voiceassist/storage';
import { reindex } from './reindex.js';

/**
 * `npm run data -- dump FILE` and `npm run data -- restore FILE` for the embedded database under DATA_DIR;
 * `npm run data -- reindex` encodes the knowledge base anew, after another encoder was chosen. The embedded product
 * must be stopped for each of them. PGlite does not fsync, so a power cut can lose the last writes: a dump is what a
 * restore is made from.
 */
const [, , command, file] = process.argv;
const { DATABASE_URL: url } = new SqlConfig(environmentOver({ DATA_DIR: resolve(process.env['DATA_DIR'] ?? './data'), DATABASE_URL: 'pglite:${DATA_DIR}/sql' }, process.env));
/** Never its password. */
const shown = url.startsWith('pglite:') ? url : new URL(url).host;

async function run(): Promise<string> {
  if (command === 'reindex') return reindex(process.env);
  if (command !== 'dump' && command !== 'restore') throw new Error(`unknown command ${command ?? ''}; use dump FILE, restore FILE or reindex`);
  if (!file) throw new Error(`usage: npm run data -- ${command} FILE`);
  if (command === 'dump') {
    await dumpDatabase(url, resolve(file));
    return `dumped ${shown} to ${file}`;
  }
  await restoreDatabase(url, resolve(file));
  return `restored ${file} into ${shown}`;
}

try {
  console.log(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
