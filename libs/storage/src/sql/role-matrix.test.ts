import { startPostgres, whenServer } from '@voiceassist/kit';
import pg from 'pg';
import { PartHost } from '../testing/open-part.js';
import { provisionDatabase } from './provision-database.js';
import { describeRoles } from './role-matrix.conformance.js';
import { roleOfSchema } from './role-of-schema.js';
import { SqlConnection } from './sql-connection.js';
import { sqlPart } from './sql-part.js';

describeRoles('PGlite', async () => {
  const host = new PartHost();
  return {
    async connectAs(schema) {
      const { host: address, port, user, password, database, options } = (await host.open(sqlPart({ schema, entities: [], migrations: [] }), { DATABASE_URL: 'pglite:memory' })).get(SqlConnection);
      const client = new pg.Client({ host: address, port, user, password, database, options });
      await client.connect();
      return client;
    },
    stop: () => host.close(),
  };
});

whenServer('postgres', () =>
  describeRoles('PostgreSQL', async () => {
    const server = await startPostgres();
    return {
      async connectAs(schema) {
        await provisionDatabase({ adminUrl: server.url, schemas: [{ schema, password: 'own' }] });
        const url = new URL(server.url);
        url.username = roleOfSchema(schema);
        url.password = 'own';
        const client = new pg.Client({ connectionString: url.href });
        await client.connect();
        return client;
      },
      stop: () => server.stop(),
    };
  }),
);
