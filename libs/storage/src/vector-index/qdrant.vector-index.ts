import { QdrantClient } from '@qdrant/js-client-rest';
import { requireDefinition } from './index-rules.js';
import { QdrantEngine, type RetryPace } from './qdrant/engine.js';
import { QdrantPassageIndex } from './qdrant/passage-index.js';
import { QdrantVersions } from './qdrant/versions.js';
import { VectorIndex, type IndexDefinition, type PassageIndex } from './vector-index.js';

export interface QdrantAddress {
  /** `http://host:6333`, with a path where a proxy wants one. */
  readonly url: string;
  readonly apiKey?: string;
  /** One request; 10 seconds when left out. */
  readonly timeoutMs?: number;
  readonly pace?: RetryPace;
}

const firstVersion = 1;

/**
 * The index in Qdrant (1.16 or newer): one collection for each version behind an alias, dense and sparse vectors side
 * by side. The sparse ones are finished BM25 weights, so the average passage length is fixed when a version is begun.
 */
export class QdrantVectorIndex extends VectorIndex {
  private constructor(private readonly engine: QdrantEngine) {
    super();
  }

  /** Does not call the server yet. */
  static open({ url, apiKey, timeoutMs = 10_000, pace }: QdrantAddress): QdrantVectorIndex {
    const { origin, pathname } = new URL(url);
    const client = new QdrantClient({
      url: origin,
      ...(pathname === '/' ? {} : { prefix: pathname }),
      timeout: timeoutMs,
      checkCompatibility: false, // would call the server from the constructor
      headers: apiKey === undefined ? {} : { 'api-key': apiKey },
    });
    return new QdrantVectorIndex(new QdrantEngine(client, pace));
  }

  async openIndex(definition: IndexDefinition): Promise<PassageIndex> {
    requireDefinition(definition);
    const versions = new QdrantVersions(this.engine, definition.name);
    if ((await versions.findActiveNumber()) === null) {
      // whoever comes at the same time makes the same collection and points the same alias at it
      await versions.create(firstVersion, definition, null);
      if ((await versions.findActiveNumber()) === null) await versions.point(firstVersion);
    }
    return new QdrantPassageIndex({ engine: this.engine, versions }, { embedderId: definition.embedderId, dimension: definition.dimension });
  }

  async check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.engine.client.getCollections();
  }

  async close(): Promise<void> {
    // the client keeps no connection that would have to be ended
  }
}
