import type { LedgerReport } from '@voiceassist/contracts';
import { ServiceModule, startProcess, type Environment } from '@voiceassist/kit';
import { blobsPart, startPgliteServer } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { CheckpointCopies } from '../checkpoints/checkpoint-copies.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { LedgerSource } from './ledger-source.js';
import { verifyLedger } from './verify-ledger.js';

export interface StoredAudit {
  /** `pglite:<folder>` of a stopped product, or `postgres://…` of anybody who may read the schemas `admin` and `admin_kept`. */
  readonly databaseUrl: string;
  /** Settings of the blob store with the copies of checkpoints; left out, the database is believed about its checkpoints. */
  readonly blobSettings?: Environment;
  /** Only signatures of these keys count. */
  readonly trustedKids?: readonly string[];
  readonly onProgress?: (entries: number, ofEntries: number) => void;
}

@ServiceModule({ name: 'admin', uses: [blobsPart()], providers: [CheckpointCopies] })
class CopiesModule {}

interface Opened<T> {
  readonly value: T;
  close(): Promise<void>;
}

async function openDatabase(url: string): Promise<Opened<DataSource>> {
  const server = url.startsWith('pglite:') ? await startPgliteServer({ home: { folder: url.slice('pglite:'.length) } }) : undefined;
  const database = new DataSource({ type: 'postgres', url: server?.url ?? url, installExtensions: false, poolSize: 2, applicationName: 'voiceassist-audit-verify' });
  try {
    await database.initialize();
  } catch (error) {
    await server?.stop();
    throw error;
  }
  const close = async () => {
    await database.destroy();
    await server?.stop();
  };
  return { value: database, close };
}

async function openCopies(settings: Environment): Promise<Opened<CheckpointCopies>> {
  const process = await startProcess({ name: 'audit-verify', modules: [CopiesModule], environment: { LOG_LEVEL: 'fatal', ...settings, PORT: '0', METRICS_PORT: undefined } });
  return { value: process.get(CopiesModule, CheckpointCopies), close: () => process.close() };
}

/** Verifies the ledger from outside the product: what `npm run audit:verify` does. It only reads. */
export async function verifyStoredAudit({ databaseUrl, blobSettings, trustedKids, onProgress }: StoredAudit): Promise<LedgerReport> {
  const database = await openDatabase(databaseUrl);
  try {
    const copies = blobSettings && (await openCopies(blobSettings));
    try {
      const source = new LedgerSource(database.value, await LedgerTables.find(database.value));
      return await verifyLedger(source, { copies: copies?.value.all(), trustedKids, onProgress });
    } finally {
      await copies?.close();
    }
  } finally {
    await database.close();
  }
}
