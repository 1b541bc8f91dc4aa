import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { provisionDatabase } from '@voiceassist/storage';
import pg from 'pg';
import { databaseSchemas, type Addresses } from './consumers.js';
import { passwordsIn } from './passwords.js';

const tries = 30;
const pauseMs = 1_000;

/** The account of the exporter: it sees the server's statistics and no row of any table. */
async function ensureWatcher(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'va_watcher'");
    if (rows.length === 0) await client.query('CREATE ROLE va_watcher LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE');
    await client.query(`ALTER ROLE va_watcher PASSWORD ${pg.escapeLiteral(password)}`);
    await client.query('GRANT pg_monitor TO va_watcher');
  } finally {
    await client.end();
  }
}

/** Gives each service its role and its schema with the passwords made before; waits half a minute for the server. */
export async function provisionDatabases(root: string, { postgres, database, sslMode }: Addresses): Promise<void> {
  const passwords = passwordsIn(join(root, 'installation', 'passwords.json'));
  // the client calls by its own name what services call `require`
  const query = sslMode ? `?sslmode=${sslMode === 'require' ? 'no-verify' : sslMode}` : '';
  const adminUrl = `postgres://postgres:${passwords.of('postgres')}@${postgres}/${database}${query}`;
  const schemas = databaseSchemas.map((schema) => ({ schema, password: passwords.of(`database.${schema}`) }));
  for (let left = tries; ; left -= 1) {
    try {
      await provisionDatabase({ adminUrl, schemas });
      await ensureWatcher(adminUrl, passwords.of('postgres-exporter'));
      return;
    } catch (error) {
      const refused = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03'].includes((error as { code?: string }).code ?? '');
      if (!refused || left <= 1) throw error;
      await sleep(pauseMs);
    }
  }
}
