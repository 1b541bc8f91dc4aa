import { resolve } from 'node:path';
import pg from 'pg';
import type { PartContext } from '@voiceassist/kit';
import { provisionThrough } from './provision-database.js';
import { checkSchemaName, roleOfSchema } from './role-of-schema.js';
import { searchPathOptions, type SqlConnection } from './sql-connection.js';

export type SqlHome = { readonly folder: string } | { readonly memory: true };

/** Where an embedded database lives, or null when the URL names a server. Relative folders start at the working directory. */
export function embeddedHome(url: string): SqlHome | null {
  if (!url.startsWith('pglite:')) return null;
  const place = url.slice('pglite:'.length);
  return place === 'memory' ? { memory: true } : { folder: resolve(place) };
}

export interface OpenSqlRequest {
  readonly url: string;
  readonly schema: string;
  /** Opens the embedded engine once for all services of the process. */
  readonly share: PartContext['share'];
}

/** Turns a URL into a connection of the service's role; an embedded engine is opened and the role created on the way. */
export async function openSql({ url, schema, share }: OpenSqlRequest): Promise<SqlConnection> {
  checkSchemaName(schema);
  const home = embeddedHome(url);
  return home ? openEmbedded(home, { schema, share }) : connectionOf(new URL(url), schema);
}

async function openEmbedded(home: SqlHome, { schema, share }: Omit<OpenSqlRequest, 'url'>): Promise<SqlConnection> {
  const engine = await share(`pglite:${'folder' in home ? home.folder : 'memory'}`, async () => {
    const { openPglite } = await import('./pglite/open-pglite.js');
    return openPglite(home);
  });
  const { host, port } = engine;
  const database = 'postgres';
  const client = new pg.Client({ host, port, user: 'postgres', database });
  await client.connect();
  try {
    await provisionThrough(client, [{ schema }]);
  } finally {
    await client.end();
  }
  const options = searchPathOptions(schema);
  return { host, port, user: roleOfSchema(schema), password: undefined, database, schema, options, ssl: undefined, singleSession: true };
}

function sslOf(url: URL): SqlConnection['ssl'] {
  const mode = url.searchParams.get('sslmode');
  if (mode === null || mode === 'disable') return undefined;
  return mode === 'verify-full' || mode === 'verify-ca' ? true : { rejectUnauthorized: false };
}

function connectionOf(url: URL, schema: string): SqlConnection {
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: url.password ? decodeURIComponent(url.password) : undefined,
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    schema,
    options: searchPathOptions(schema),
    ssl: sslOf(url),
    singleSession: false,
  };
}
