import type { DataSource } from 'typeorm';
import type { VectorIndex } from './vector-index.js';

/** Schemes of `VECTOR_URL`; anything else is a wrong setting. */
export const vectorUrlPattern = /^(?:database:$|postgres(?:ql)?:\/\/|qdrant\+https?:\/\/)/u;

export interface VectorIndexAddress {
  /** `database:`, `postgres://…` or `qdrant+http://host:6333`. */
  readonly url: string;
  /** Sent to Qdrant only. */
  readonly apiKey?: string;
  /** The service's own database, asked for only by `database:`. */
  readonly dataSource: () => DataSource;
}

/** Opens the index behind a URL; the client of an engine is loaded only when that engine is used. */
export async function openVectorIndex({ url, apiKey, dataSource }: VectorIndexAddress): Promise<VectorIndex> {
  if (url === 'database:') {
    const { PgvectorVectorIndex } = await import('./pgvector.vector-index.js');
    return new PgvectorVectorIndex(dataSource());
  }
  if (/^postgres(?:ql)?:\/\//u.test(url)) {
    const { openOwnDatabase } = await import('./postgres/own-database.js');
    return openOwnDatabase(url);
  }
  if (/^qdrant\+https?:\/\//u.test(url)) {
    const { QdrantVectorIndex } = await import('./qdrant.vector-index.js');
    return QdrantVectorIndex.open({ url: url.slice('qdrant+'.length), apiKey });
  }
  throw new Error(`VECTOR_URL has a scheme no vector index answers to: ${url.split(':')[0] ?? ''}`);
}
