import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentOver } from '@voiceassist/kit';
import { verifyStoredAudit } from '@voiceassist/service-admin';
import { SqlConfig } from '@voiceassist/storage';
import { verdictText } from './verdict.js';

/**
 * `npm run audit:verify -- [--kid KID]… [--without-copies] [--without-keys]` verifies the audit under DATA_DIR of a stopped standalone
 * product, or the one behind DATABASE_URL with the files of BLOB_URL. Exit code 0: intact. 1: tampered or incomplete.
 * 2: it could not be verified.
 */
async function run(): Promise<number> {
  const { values } = parseArgs({ options: { kid: { type: 'string', multiple: true }, 'without-copies': { type: 'boolean', default: false }, 'without-keys': { type: 'boolean', default: false } } });
  const folder = resolve(process.env['DATA_DIR'] ?? './data');
  const settings = environmentOver({ DATA_DIR: folder, DATABASE_URL: 'pglite:${DATA_DIR}/sql', BLOB_URL: 'file:${DATA_DIR}/blobs', ENCRYPTION_KEYS_URL: 'file:${DATA_DIR}/keys/encryption.keys' }, process.env);
  const { DATABASE_URL: databaseUrl } = new SqlConfig(settings);
  console.log(`verifying the audit in ${databaseUrl.startsWith('pglite:') ? databaseUrl : new URL(databaseUrl).host}`);
  const report = await verifyStoredAudit({
    databaseUrl, blobSettings: values['without-copies'] ? undefined : settings, keySettings: values['without-keys'] ? undefined : settings, trustedKids: values.kid,
    onProgress: (entries, ofEntries) => {
      if (entries % 10_000 < 1_000 || entries === ofEntries) console.log(`  ${entries} of ${ofEntries} entries`);
    },
  });
  console.log(verdictText(report));
  return report.verdict === 'intact' ? 0 : 1;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
