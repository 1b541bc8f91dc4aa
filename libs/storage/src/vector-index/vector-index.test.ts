import { startPgliteServer } from '../sql/pglite/open-pglite.js';
import { openVectorIndex } from './open-vector-index.js';
import { vectorIndexConformance } from './vector-index.conformance.js';

vectorIndexConformance('pgvector on PGlite', {
  vectors: true,
  async open() {
    const server = await startPgliteServer({ home: { memory: true } });
    const index = await openVectorIndex({ url: server.url, dataSource: () => { throw new Error('not asked for'); } });
    return { index, close: () => index.close().finally(() => server.stop()) };
  },
});
