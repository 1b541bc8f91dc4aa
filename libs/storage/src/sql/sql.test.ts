import { existsSync } from 'node:fs';
import { startPostgres, whenServer } from '@voiceassist/kit';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { PartHost } from '../testing/open-part.js';
import type * as OpenPglite from './pglite/open-pglite.js';
import { describeSql } from './sql.conformance.js';
import { locateKeptTable } from './kept-tables.js';
import { provisionDatabase } from './provision-database.js';
import { sqlPart } from './sql-part.js';
import { roleOfSchema } from './role-of-schema.js';

const password = "it's a \\ \"secret\"";

/** URLs of roles on a server that was provisioned for them, as the distributed starter does it. */
function provisioned(adminUrl: string, stop: () => Promise<void>) {
  return {
    async urlOf(schema: string) {
      await provisionDatabase({ adminUrl, schemas: [{ schema, password }] });
      const url = new URL(adminUrl);
      url.username = roleOfSchema(schema);
      url.password = encodeURIComponent(password);
      return url.href;
    },
    stop,
  };
}

describeSql('PGlite in the same thread', async () => ({ urlOf: async () => 'pglite:memory', stop: async () => undefined }));

const built = new URL('../../dist/sql/pglite/open-pglite.js', import.meta.url);
if (existsSync(built)) {
  describeSql('PGlite in a worker, served over TCP with passwords', async () => {
    const { startPgliteServer } = (await import(built.href)) as typeof OpenPglite; // the same file, built
    const server = await startPgliteServer({ home: { memory: true }, password: 'superuser' });
    return provisioned(server.url, () => server.stop());
  });
} else {
  process.stderr.write('SKIPPED pglite-worker the lib is not built\n');
  it.skip('PGlite in a worker: the lib is not built', () => undefined);
}

whenServer('postgres', () => {
  describeSql('PostgreSQL', async () => {
    const server = await startPostgres();
    return provisioned(server.url, () => server.stop());
  });

  it('a database owner who is no superuser may provision, again and again, and may open a part unprovisioned', async () => {
    const server = await startPostgres();
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    await admin.query("CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper'");
    await admin.query('CREATE DATABASE voiceassist OWNER keeper');
    await admin.end();
    const adminUrl = `postgres://keeper:keeper@127.0.0.1:${server.port}/voiceassist`;
    const schemas = [{ schema: 'auth', password: 'a' }, { schema: 'users', password: 'b' }];
    expect(await provisionDatabase({ adminUrl, schemas })).toEqual(await provisionDatabase({ adminUrl, schemas }));
    await Promise.all([provisionDatabase({ adminUrl, schemas }), provisionDatabase({ adminUrl, schemas })]);
    await expect(provisionDatabase({ adminUrl, schemas: [{ schema: 'a; DROP' }] })).rejects.toThrow('no schema name');

    const host = new PartHost();
    const { get } = await host.open(sqlPart({ schema: 'loose', entities: [], migrations: [] }), { DATABASE_URL: adminUrl });
    expect(await get(DataSource).query('SELECT current_schema() AS schema')).toEqual([{ schema: 'loose' }]);
    const unkept = await host.open(sqlPart({ schema: 'loose_diary', entities: [], migrations: [] }), { DATABASE_URL: adminUrl });
    expect(await locateKeptTable(unkept.get(DataSource), { schema: 'loose_diary', table: 'diary' })).toBe('loose_diary.diary');
    await host.close();
    await server.stop();
  }, 120_000);
});
