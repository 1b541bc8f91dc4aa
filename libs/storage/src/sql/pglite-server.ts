import type { PgliteServer, PgliteServerOptions } from './pglite/open-pglite.js';

export type { PgliteServer, PgliteServerOptions };

/** Serves PGlite (PostgreSQL 18 with pgvector) on a TCP port of this machine, for processes of the local distributed mode. */
export async function startPgliteServer(options: PgliteServerOptions): Promise<PgliteServer> {
  const { startPgliteServer: start } = await import('./pglite/open-pglite.js'); // the engine is heavy: only for those who use it
  return start(options);
}

/** Caches an empty initialised database in node_modules/.cache, so that the next new one opens in half a second. */
export async function preparePglite(): Promise<void> {
  const { prepareTemplate } = await import('./pglite/engine.js');
  await prepareTemplate();
}
