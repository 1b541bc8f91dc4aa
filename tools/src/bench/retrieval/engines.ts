import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@voiceassist/kit';
import { openVectorIndex, startPgliteServer, type VectorIndex } from '@voiceassist/storage';

export interface Engine {
  readonly index: VectorIndex;
  close(): Promise<void>;
}

const noDatabase = (): never => {
  throw new Error('the bench opens its indexes by URL');
};

async function opened(url: string, stop: () => Promise<unknown>): Promise<Engine> {
  const index = await openVectorIndex({ url, dataSource: noDatabase });
  return { index, close: () => index.close().finally(stop) };
}

/** PGlite in a worker thread on a folder, as the product runs it. */
export async function openPgliteEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceassist-bench-'));
  const server = await startPgliteServer({ home: { folder } });
  return opened(server.url, () => server.stop().finally(() => rm(folder, { recursive: true, force: true })));
}

/** A real PostgreSQL of this machine, with its own defaults. */
export async function openPostgresEngine(): Promise<Engine> {
  const server = await startPostgres();
  return opened(server.url, () => server.stop());
}

/** A real Qdrant, when TEST_QDRANT_URL names one. */
export async function openQdrantEngine(url: string): Promise<Engine> {
  return opened(`qdrant+${url}`, async () => undefined);
}
