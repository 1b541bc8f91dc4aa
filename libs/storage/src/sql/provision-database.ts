import pg from 'pg';
import { keeperStatements } from './kept-tables.js';
import { queueSchemaOf, roleOfSchema } from './role-of-schema.js';
import { extensionSchema } from './sql-connection.js';

export interface SchemaGrant {
  /** Schema that the service owns; its role is `va_<schema>`. */
  readonly schema: string;
  /** Password of the role; left out where roles sign in without one (embedded). */
  readonly password?: string;
}

export interface ProvisionedDatabase {
  /** pgvector was found or installed in the schema `extensions`. */
  readonly vector: boolean;
}

type Run = (sql: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

// one number for "we are changing roles and schemas", so that two starters do it one after the other
const provisioningLock = 7_203_411;

async function ensureRole(run: Run, { schema, password }: SchemaGrant): Promise<void> {
  const role = roleOfSchema(schema);
  const { rows } = await run('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (rows.length === 0) await run(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  if (password !== undefined) await run(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(password)}`);
}

async function ensureSchema(run: Run, schema: string): Promise<void> {
  const role = roleOfSchema(schema);
  await run(`GRANT ${role} TO CURRENT_USER`); // an administrator who is no superuser may give away only what it belongs to
  await run(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role}`);
  await run(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`);
  await run(`CREATE SCHEMA IF NOT EXISTS ${queueSchemaOf(schema)} AUTHORIZATION ${role}`);
  await run(`ALTER ROLE ${role} SET search_path = ${schema}, ${extensionSchema}`);
  await run(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '60s'`); // a forgotten transaction must not hold its locks for ever
}

async function ensureVector(run: Run): Promise<boolean> {
  await run(`CREATE SCHEMA IF NOT EXISTS ${extensionSchema}`);
  await run(`GRANT USAGE ON SCHEMA ${extensionSchema} TO PUBLIC`);
  const { rows } = await run("SELECT installed_version FROM pg_available_extensions WHERE name = 'vector'");
  if (rows.length === 0) return false;
  await run(`CREATE EXTENSION IF NOT EXISTS vector SCHEMA ${extensionSchema}`);
  return true;
}

/**
 * Gives every service its role and its schema and takes away what everybody could do; running it again changes nothing but
 * passwords. Needs an account that may create roles. Where pgvector cannot be installed, `vector` is false and nothing fails.
 */
export async function provisionDatabase(options: { adminUrl: string; schemas: readonly SchemaGrant[] }): Promise<ProvisionedDatabase> {
  const client = new pg.Client({ connectionString: options.adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await provisionThrough(client, options.schemas);
  } finally {
    await client.end();
  }
}

export async function provisionThrough(client: pg.Client, schemas: readonly SchemaGrant[]): Promise<ProvisionedDatabase> {
  const run: Run = (sql, values) => client.query<Record<string, unknown>>(sql, values);
  await run('BEGIN');
  try {
    await run(`SELECT pg_advisory_xact_lock(${provisioningLock})`);
    await run('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const grant of schemas) {
      await ensureRole(run, grant);
      await ensureSchema(run, grant.schema);
    }
    const vector = await ensureVector(run);
    for (const statement of keeperStatements) await run(statement);
    await run('COMMIT');
    return { vector };
  } catch (error) {
    await run('ROLLBACK');
    throw error;
  }
}
