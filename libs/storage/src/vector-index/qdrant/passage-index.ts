import { z } from 'zod';
import { requireModel, requireQuery } from '../index-rules.js';
import { PassageIndex, VectorIndexError, type FillingVersion, type IndexModel, type IndexVersionInfo, type PassageEntry, type PassageHit, type PassageQuery } from '../vector-index.js';
import { CollectionGone } from './engine.js';
import { averageOf } from './points.js';
import { searchVersion } from './search.js';
import type { QdrantVersion } from './versions.js';
import { countPassages, QdrantFillingVersion, writePassages, type IndexPlace } from './version-writer.js';

/** How long a search may take the active version from memory; a dropped one is noticed at once all the same. */
const rememberedMs = 1_000;
const attempts = 5;
const sampledPassages = 1_000;

async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof CollectionGone) return null;
    throw error;
  });
}

export class QdrantPassageIndex extends PassageIndex {
  private remembered: { readonly version: QdrantVersion; readonly until: number } | null = null;

  constructor(
    private readonly place: IndexPlace,
    private readonly handle: IndexModel,
  ) {
    super();
  }

  async upsert(entries: readonly PassageEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { versions } = this.place;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const active = await versions.active();
      const written = await unlessGone(writePassages(this.place, active, { entries, handle: this.handle }).then(() => true));
      // when the alias moved while we wrote, the passages went into a version nobody searches
      if (written && (await versions.findActiveNumber()) === active.version) return;
    }
    throw new VectorIndexError('INDEX_UNAVAILABLE', 'The active version changed again and again while passages were written.');
  }

  async deleteDocument(documentId: string): Promise<void> {
    const { engine, versions } = this.place;
    const done = new Set<number>();
    for (;;) {
      const open = (await versions.list()).filter((version) => !done.has(version));
      if (open.length === 0) return; // a version begun meanwhile was seen too
      for (const number of open) {
        const collection = (await unlessGone(versions.read(number)))?.collection;
        const filter = { must: [{ key: 'documentId', match: { value: documentId } }] };
        if (collection) await unlessGone(engine.call((client) => client.delete(collection, { wait: true, filter })));
        done.add(number);
      }
    }
  }

  async search(query: PassageQuery): Promise<readonly PassageHit[]> {
    requireQuery(query, this.handle);
    if (query.collectionIds.length === 0) return [];
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const version = await this.recall();
      const hits = await unlessGone(searchVersion(this.place.engine, version, { query, handle: this.handle }));
      if (hits) return hits;
      this.remembered = null;
    }
    throw new VectorIndexError('INDEX_UNAVAILABLE', 'The active version changed again and again while it was searched.');
  }

  private async recall(): Promise<QdrantVersion> {
    if (this.remembered && this.remembered.until > Date.now()) return this.remembered.version;
    const version = await this.place.versions.active();
    this.remembered = { version, until: Date.now() + rememberedMs };
    return version;
  }

  async count(): Promise<number> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const counted = await unlessGone(countPassages(this.place, await this.place.versions.active()));
      if (counted !== null) return counted;
    }
    throw new VectorIndexError('INDEX_UNAVAILABLE', 'The active version changed again and again while it was counted.');
  }

  async versions(): Promise<readonly IndexVersionInfo[]> {
    const active = await this.place.versions.active();
    const filling = await this.place.versions.findFilling();
    const present = [active, ...(filling ? [filling] : [])];
    return Promise.all(present.map((version) => this.describe(version, version.version === active.version)));
  }

  private async describe(version: QdrantVersion, active: boolean): Promise<IndexVersionInfo> {
    const passages = (await unlessGone(countPassages(this.place, version))) ?? 0;
    const { version: number, embedderId, dimension, averageLength } = version;
    return { version: number, active, embedderId, dimension, passages, averageLength: averageLength ?? 1, averageLengthIsExact: false };
  }

  async beginVersion(model: IndexModel): Promise<FillingVersion> {
    requireModel(model);
    const { versions } = this.place;
    const active = await versions.active();
    const present = await versions.list();
    // by the clock, so that the number of a dropped version is never given again
    const next = Math.max(Date.now(), (present.at(-1) ?? 0) + 1);
    await versions.create(next, model, await this.sampleAverage(active));
    for (const version of present) if (version !== active.version) await versions.drop(version);
    return new QdrantFillingVersion(this.place, next, model);
  }

  async findFilling(): Promise<FillingVersion | null> {
    const filling = await this.place.versions.findFilling();
    return filling && new QdrantFillingVersion(this.place, filling.version, filling);
  }

  /** The average length now: ids are hashes, so the first passages by id are a fair sample of all. */
  private async sampleAverage({ collection }: QdrantVersion): Promise<number | null> {
    const page = await this.place.engine.call((client) => client.scroll(collection, { limit: sampledPassages, with_payload: ['length'], with_vector: false }));
    return averageOf(page.points.map(({ payload }) => z.object({ length: z.number() }).parse(payload).length));
  }
}
