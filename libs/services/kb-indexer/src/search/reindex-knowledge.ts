import { startProcess, type Environment } from '@voiceassist/kit';
import { KbIndexerModule } from '../kb-indexer.module.js';
import { Reindexer, type ReindexProgress } from './reindexer.js';

export interface ReindexControl {
  readonly signal: AbortSignal;
  readonly onDocument?: (progress: ReindexProgress) => void;
}

/**
 * What `npm run data -- reindex` does: encodes everything with the encoder of these settings into a new version of the
 * index and switches to it. An embedded database has one process only, so the product must be stopped for it; with
 * PostgreSQL the old version answers until the switch.
 */
export async function reindexKnowledge(settings: Environment, { signal, onDocument }: ReindexControl): Promise<ReindexProgress> {
  const process = await startProcess({ name: 'reindex', modules: [KbIndexerModule], environment: { BUS_ALONE: 'true', ...settings, PORT: '0', METRICS_PORT: undefined, SAMPLES_DIR: undefined } });
  try {
    return await process.get(KbIndexerModule, Reindexer).reindex(signal, onDocument);
  } finally {
    await process.close();
  }
}
