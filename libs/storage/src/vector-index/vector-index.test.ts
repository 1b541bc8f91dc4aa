import { startPostgres, whenServer } from '@voiceassist/kit';
import { afterAll, expect } from '@jest/globals';
import { startPgliteServer } from '../sql/pglite-server.js';
import { openVectorIndex } from './open-vector-index.js';
import { startQdrantDouble } from './qdrant-double/qdrant-double.js';
import { vectorIndexConformance, type VectorIndexUnderTest } from './vector-index.conformance.js';

const noDatabase = (): never => {
  throw new Error('these indexes have databases of their own');
};

async function opened(url: string, stop: () => Promise<unknown>): ReturnType<VectorIndexUnderTest['open']> {
  const index = await openVectorIndex({ url, dataSource: noDatabase });
  return { index, close: () => index.close().finally(stop).then(() => undefined) };
}

vectorIndexConformance('pgvector on PGlite', {
  vectors: true,
  async open() {
    const server = await startPgliteServer({ home: { memory: true } });
    return opened(server.url, () => server.stop());
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
const { TEST_QDRANT_URL: realQdrant } = process.env; // eslint-disable-line no-restricted-properties -- names a server for this suite only
if (realQdrant) vectorIndexConformance('Qdrant, real server', { vectors: true, open: () => opened(`qdrant+${realQdrant}`, async () => undefined) });
else console.info('SKIPPED Qdrant, real server: TEST_QDRANT_URL is not set');
