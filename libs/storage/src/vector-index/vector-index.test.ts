import { startPostgres, whenServer, type PartContext } from '@voiceassist/kit';
import { afterAll, expect } from '@jest/globals';
import { sqlPart } from '../sql/sql-part.js';
import { PartHost } from '../testing/open-part.js';
import { openVectorIndex } from './open-vector-index.js';
import { vectorIndexMigrations } from './postgres/migrations.js';
import { startQdrantDouble } from './qdrant-double/qdrant-double.js';
import { VectorIndexConfig, vectorIndexPart } from './vector-index-part.js';
import { VectorIndex } from './vector-index.js';
import { vectorIndexConformance, type VectorIndexUnderTest } from './vector-index.conformance.js';

const noDatabase = (): never => {
  throw new Error('these indexes have databases of their own');
};

async function opened(url: string, stop: () => Promise<unknown>): ReturnType<VectorIndexUnderTest['open']> {
  const index = await openVectorIndex({ url, dataSource: noDatabase });
  return { index, close: () => index.close().finally(stop).then(() => undefined) };
}

vectorIndexConformance('pgvector in the service’s own database on PGlite', {
  vectors: true,
  async open() {
    const host = new PartHost();
    const sql = await host.open(sqlPart({ schema: 'kb', entities: [], migrations: [...vectorIndexMigrations] }), { DATABASE_URL: 'pglite:memory' });
    const context = { config: () => new VectorIndexConfig({}), get: sql.get } as unknown as PartContext; // all that this part looks at
    const part = await vectorIndexPart().open(context);
    for (const { check } of part.dependencies ?? []) await check(AbortSignal.timeout(5_000));
    const index = part.provides.find(({ token }) => token === VectorIndex)?.value as VectorIndex; // the part says so
    return { index, close: () => part.close().finally(() => host.close()) };
  },
});

whenServer('postgres', () => {
  vectorIndexConformance('PostgreSQL without pgvector', {
    vectors: false,
    async open() {
      const server = await startPostgres();
      return opened(server.url, () => server.stop());
    },
  });
});

const doubleFaults: string[] = [];
vectorIndexConformance('Qdrant, strict double', {
  vectors: true,
  async open() {
    const double = await startQdrantDouble();
    return opened(`qdrant+${double.url}`, async () => {
      doubleFaults.push(...double.faults);
      await double.close();
    });
  },
});
afterAll(() => {
  expect(doubleFaults).toEqual([]); // nothing was asked that Qdrant does not declare
});

// kit alone reads settings, but the address of a test server is none: it never reaches a product process
const { TEST_QDRANT_URL: realQdrant, TEST_PGVECTOR_URL: realPgvector } = process.env; // eslint-disable-line no-restricted-properties -- names servers for this suite only
if (realQdrant) vectorIndexConformance('Qdrant, real server', { vectors: true, open: () => opened(`qdrant+${realQdrant}`, async () => undefined) });
else console.info('SKIPPED Qdrant, real server: TEST_QDRANT_URL is not set');
if (realPgvector) vectorIndexConformance('pgvector, real server', { vectors: true, open: () => opened(realPgvector, async () => undefined) });
else console.info('SKIPPED pgvector, real server: TEST_PGVECTOR_URL is not set');
