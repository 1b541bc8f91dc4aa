import type { QdrantClient } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { VectorIndexError, type IndexModel } from '../vector-index.js';
import { CollectionGone, type QdrantEngine } from './engine.js';

export const denseVector = 'meaning';
export const sparseVector = 'words';

/** What a collection says about the version it holds. */
const Metadata = z.object({
  version: z.int(),
  embedderId: z.string().nullable(),
  dimension: z.int().nullable(),
  /** Terms in a passage on average, as the stored weights take it; null until the first upsert decides it. */
  averageLength: z.number().positive().nullable().default(null),
});

export type QdrantVersion = z.output<typeof Metadata> & { readonly collection: string };

/** Names and looks after the collections of one index: one for each version, and an alias on the active one. */
export class QdrantVersions {
  readonly alias: string;

  constructor(
    private readonly engine: QdrantEngine,
    indexName: string,
  ) {
    this.alias = `va-${indexName}`;
  }

  private nameOf(version: number): string {
    return `${this.alias}-v${version}`;
  }

  private versionOf(collection: string): number | null {
    const digits = collection.startsWith(`${this.alias}-v`) ? collection.slice(this.alias.length + 2) : '';
    return /^\d+$/u.test(digits) ? Number(digits) : null;
  }

  /** Version numbers present, ascending. */
  async list(): Promise<number[]> {
    const { collections } = await this.engine.call((client) => client.getCollections());
    const versions = collections.map(({ name }) => this.versionOf(name)).filter((version) => version !== null);
    return versions.sort((one, other) => one - other);
  }

  async findActiveNumber(): Promise<number | null> {
    const { aliases } = await this.engine.call((client) => client.getAliases());
    const target = aliases.find(({ alias_name }) => alias_name === this.alias);
    return target ? this.versionOf(target.collection_name) : null;
  }

  /** Reads a version; fails with CollectionGone when it was dropped. */
  async read(version: number): Promise<QdrantVersion> {
    const collection = this.nameOf(version);
    const { config } = await this.engine.call((client) => client.getCollection(collection));
    return { ...Metadata.parse(config.metadata), collection };
  }

  /** The active version; asked again when it is dropped between the two questions. */
  async active(): Promise<QdrantVersion> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const number = await this.findActiveNumber();
      if (number === null) break;
      const found = await this.read(number).catch((error: unknown) => {
        if (error instanceof CollectionGone) return null;
        throw error;
      });
      if (found) return found;
    }
    throw new VectorIndexError('VERSION_GONE', 'The index has no active version.');
  }

  /** The newest version after the active one; older ones are leftovers of a switch that was cut short. */
  async findFilling(): Promise<QdrantVersion | null> {
    const active = await this.findActiveNumber();
    const newest = (await this.list()).at(-1);
    if (newest === undefined || active === null || newest <= active) return null;
    return this.read(newest).catch((error: unknown) => {
      if (error instanceof CollectionGone) return null;
      throw error;
    });
  }

  async create(version: number, model: IndexModel, averageLength: number | null): Promise<QdrantVersion> {
    const collection = this.nameOf(version);
    const metadata = { version, embedderId: model.embedderId, dimension: model.dimension, ...(averageLength === null ? {} : { averageLength }) };
    await this.engine.call((client) => createOnce(client, collection, { model, metadata }));
    for (const field_name of ['documentId', 'collectionId']) {
      await this.engine.call((client) => client.createPayloadIndex(collection, { field_name, field_schema: 'keyword', wait: true }));
    }
    return this.read(version);
  }

  /** Fixes the average the weights of a version are computed with; the first to come decides. */
  async freezeAverage(version: QdrantVersion, averageLength: number): Promise<QdrantVersion> {
    const present = await this.read(version.version);
    if (present.averageLength !== null) return present;
    await this.engine.call((client) => client.updateCollection(version.collection, { metadata: { averageLength } }));
    return this.read(version.version);
  }

  /** Puts the alias on a version in one step. */
  async point(version: number): Promise<void> {
    const actions = [
      ...((await this.findActiveNumber()) === null ? [] : [{ delete_alias: { alias_name: this.alias } }]),
      { create_alias: { alias_name: this.alias, collection_name: this.nameOf(version) } },
    ];
    await this.engine.call((client) => client.updateCollectionAliases({ actions }));
  }

  async drop(version: number): Promise<void> {
    await this.engine
      .call((client) => client.deleteCollection(this.nameOf(version)))
      .catch((error: unknown) => {
        if (!(error instanceof CollectionGone)) throw error;
      });
  }
}

/** Makes a collection unless it is there. Asked afterwards, because "exists already" and "wrong" are refused alike. */
async function createOnce(client: QdrantClient, collection: string, { model, metadata }: { model: IndexModel; metadata: Record<string, unknown> }): Promise<void> {
  try {
    await client.createCollection(collection, {
      vectors: model.dimension === null ? {} : { [denseVector]: { size: model.dimension, distance: 'Cosine' } },
      sparse_vectors: { [sparseVector]: { modifier: 'idf' } },
      metadata,
    });
  } catch (error) {
    if (!(await client.collectionExists(collection)).exists) throw error;
  }
}
