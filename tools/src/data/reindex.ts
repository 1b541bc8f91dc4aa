import { environmentOver, type Environment } from '@voiceassist/kit';
import { reindexKnowledge, type ReindexProgress } from '@voiceassist/service-kb-indexer';

/** Where the standalone product keeps its knowledge, unless the environment says otherwise. */
const standalone = {
  DATA_DIR: './data',
  BUS_URL: 'memory:',
  DATABASE_URL: 'pglite:${DATA_DIR}/sql',
  BLOB_URL: 'file:${DATA_DIR}/blobs',
  ENCRYPTION_KEYS_URL: 'file:${DATA_DIR}/keys/encryption.keys',
  VECTOR_URL: 'database:',
  JOBS_URL: 'database:',
  EMBEDDER_URL: 'local:',
  // An index that does not fit its encoder is why this runs, and no news.
  LOG_LEVEL: 'fatal',
};

const told = ({ documents, documentsFound, passages }: ReindexProgress) => `document ${documents} of ${documentsFound}, ${passages} passages`;

/** Encodes the whole knowledge base with the encoder that the environment names; interrupting it leaves the index as it was. */
export async function reindex(environment: Environment): Promise<string> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error('interrupted; the index is as it was'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const settings = environmentOver(standalone, environment);
  console.log(`encoding the knowledge base of ${settings['DATA_DIR']} with ${settings['EMBEDDER_MODEL'] ?? settings['EMBEDDER_URL']}`);
  const done = await reindexKnowledge(settings, { signal: stop.signal, onDocument: (progress) => console.log(told(progress)) });
  return `re-indexed ${done.documents} documents, ${done.passages} passages`;
}
