import type { LedgerReport } from '@voiceassist/contracts';
import { ServiceModule, startProcess, type Environment } from '@voiceassist/kit';
import { blobsPart, MasterKeys, masterKeysPart, startPgliteServer } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { CheckpointCopies } from '../checkpoints/checkpoint-copies.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { LedgerSeal } from '../sealing/ledger-seal.js';
import { SealKeys } from '../sealing/seal-keys.repository.js';
import { LedgerSource } from './ledger-source.js';
import { verifyLedger } from './verify-ledger.js';

export interface StoredAudit {
  /** `pglite:<folder>` of a stopped product, or `postgres://…` of anybody who may read the schemas `admin` and `admin_kept`. */
  readonly databaseUrl: string;
  /** Settings of the blob store with the copies of checkpoints; left out, the database is believed about its checkpoints. */
  readonly blobSettings?: Environment;
  /** Settings of the master keys; left out, records are not opened: the chain is verified, not whether searches find what is there. */
  readonly keySettings?: Environment;
  /** Only signatures of these keys count. */
  readonly trustedKids?: readonly string[];
  readonly onProgress?: (entries: number, ofEntries: number) => void;
}

@ServiceModule({ name: 'admin', uses: [blobsPart()], providers: [CheckpointCopies] })
class CopiesModule {}

@ServiceModule({ name: 'admin', uses: [masterKeysPart()] })
class KeysModule {}

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

async function openFrom<T>(module: typeof CopiesModule | typeof KeysModule, token: abstract new (...parameters: never[]) => T, settings: Environment): Promise<Opened<T>> {
  const process = await startProcess({ name: 'audit-verify', modules: [module], environment: { LOG_LEVEL: 'fatal', ...settings, PORT: '0', METRICS_PORT: undefined } });
  return { value: process.get(module, token), close: () => process.close() };
}

/** Verifies the ledger from outside the product: what `npm run audit:verify` does. It only reads. */
export async function verifyStoredAudit({ databaseUrl, blobSettings, keySettings, trustedKids, onProgress }: StoredAudit): Promise<LedgerReport> {
  const opened: Opened<unknown>[] = [];
  const keep = <T>(part: Opened<T>): T => {
    opened.unshift(part);
    return part.value;
  };
  try {
    const database = keep(await openDatabase(databaseUrl));
    const copies = blobSettings && keep(await openFrom(CopiesModule, CheckpointCopies, blobSettings));
    const masterKeys = keySettings && keep(await openFrom(KeysModule, MasterKeys, keySettings));
    const tables = await LedgerTables.find(database);
    const sealing = masterKeys && new LedgerSeal(new SealKeys(database, tables, masterKeys));
    return await verifyLedger(new LedgerSource(database, tables), { copies: copies?.all(), sealing, trustedKids, onProgress });
  } finally {
    for (const part of opened) await part.close();
  }
}
