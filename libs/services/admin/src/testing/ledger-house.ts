import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admin, type AuditRecord } from '@voiceassist/contracts';
import { Call, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { provisionDatabase, roleOfSchema, SqlConnection } from '@voiceassist/storage';
import { DataSource, type QueryRunner } from 'typeorm';
import { AdminModule } from '../index.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { LedgerSource } from '../verification/ledger-source.js';

export const boss = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'], factorAt: Math.floor(Date.now() / 1_000) }, timeoutMs: 600_000 });

/** Master keys of the blob store, so that no test makes a file of them. */
export const testKeys = { ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 'k').toString('base64')}` };

/** A record as a service would make it. */
export function recordOf(change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    auditId: randomUUID(), occurredAt: new Date().toISOString(), service: 'kb-indexer', action: 'kb.search', kind: 'E', actor: { type: 'service', service: 'rag-orchestrator' },
    requestId: randomUUID(), outcome: 'ok', subjects: { documentId: randomUUID() }, durationMs: 1.5, ...change,
  };
}

/** Gives `admin` its role on a server and answers the URL that signs in as it. */
export async function adminDatabase(adminUrl: string, database: string): Promise<string> {
  const keeper = new DataSource({ type: 'postgres', url: adminUrl });
  await keeper.initialize();
  await keeper.query(`CREATE DATABASE ${database}`);
  await keeper.destroy();
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  await provisionDatabase({ adminUrl: url.href, schemas: [{ schema: 'admin', password: 'of admin' }] });
  url.username = roleOfSchema('admin');
  url.password = 'of admin';
  return url.href;
}

/** The service with a ledger, and an intruder who is the database's administrator. */
export class LedgerHouse {
  private constructor(
    readonly running: RunningProcess,
    private readonly blobs: string,
    private readonly intruderUrl: string | undefined,
  ) {}

  /** `intruderUrl` signs in as the administrator of a server; embedded nobody needs a password. */
  static async start({ databaseUrl, intruderUrl, settings = {} }: { databaseUrl: string; intruderUrl?: string; settings?: Record<string, string> }): Promise<LedgerHouse> {
    const blobs = mkdtempSync(join(tmpdir(), 'voiceassist-ledger-'));
    const environment = { BUS_URL: 'memory:', BUS_ALONE: 'true', DATABASE_URL: databaseUrl, BLOB_URL: `file:${blobs}/files`, SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'silent', ...testKeys, ...settings };
    return new LedgerHouse(await startProcess({ name: 'ledger-test', modules: [AdminModule], environment }), blobs, intruderUrl);
  }

  get client() {
    return this.running.get(AdminModule, Bus).client(admin);
  }

  get database(): DataSource {
    return this.running.get(AdminModule, DataSource);
  }

  get tables(): LedgerTables {
    return this.running.get(AdminModule, LedgerTables);
  }

  get<T>(token: abstract new (...parameters: never[]) => T): T {
    return this.running.get(AdminModule, token);
  }

  async add(...changes: Partial<AuditRecord>[]): Promise<AuditRecord[]> {
    const records = changes.map(recordOf);
    for (const record of records) await this.client.recordAudit(record, Call.asService(record.service as 'kb-indexer')); // the tests name services
    return records;
  }

  /** Runs as the database's administrator with triggers off, in a transaction that is undone afterwards. */
  async asIntruder<T>(work: (runner: QueryRunner, source: LedgerSource) => Promise<T>): Promise<T> {
    const { host, port, database } = this.get(SqlConnection);
    const access = this.intruderUrl ? { url: this.intruderUrl } : { host, port, username: 'postgres', database };
    const intruder = new DataSource({ type: 'postgres', installExtensions: false, ...access });
    await intruder.initialize();
    const runner = intruder.createQueryRunner();
    await runner.startTransaction();
    try {
      await runner.query("SET LOCAL session_replication_role = 'replica'");
      return await work(runner, new LedgerSource(runner, this.tables));
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
      await intruder.destroy();
    }
  }

  async close(): Promise<void> {
    await this.running.close();
    rmSync(this.blobs, { recursive: true, force: true });
  }
}
