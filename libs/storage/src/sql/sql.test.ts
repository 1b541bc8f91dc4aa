import { existsSync } from 'node:fs';
import { startPostgres, whenServer } from '@voiceassist/kit';
import { it } from '@jest/globals';
import type * as OpenPglite from './pglite/open-pglite.js';
import { describeSql } from './sql.conformance.js';
import { provisionDatabase } from './provision-database.js';
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
});
