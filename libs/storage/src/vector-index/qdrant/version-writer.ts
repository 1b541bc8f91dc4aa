import { lastOfEach, requireEntries } from '../index-rules.js';
import { FillingVersion, VectorIndexError, type IndexModel, type PassageEntry } from '../vector-index.js';
import { CollectionGone, type QdrantEngine } from './engine.js';
import { analyseEntry, averageOf, pointOf } from './points.js';
import type { QdrantVersion, QdrantVersions } from './versions.js';

const pointsPerRequest = 200;

export interface IndexPlace {
  readonly engine: QdrantEngine;
  readonly versions: QdrantVersions;
}

/** Writes passages to one version and returns when they can be found. */
export async function writePassages({ engine, versions }: IndexPlace, version: QdrantVersion, { entries, handle }: { entries: readonly PassageEntry[]; handle: IndexModel }): Promise<void> {
  requireEntries(entries, handle, version);
  const analysed = lastOfEach(entries).map(analyseEntry);
  const average = averageOf(analysed.map(({ length }) => length));
  const { averageLength } = version.averageLength === null && average !== null ? await versions.freezeAverage(version, average) : version;
  for (let start = 0; start < analysed.length; start += pointsPerRequest) {
    const points = analysed.slice(start, start + pointsPerRequest).map((one) => pointOf(one, averageLength ?? 1));
    await engine.call((client) => client.upsert(version.collection, { wait: true, points }));
  }
}

export async function countPassages({ engine }: IndexPlace, version: QdrantVersion): Promise<number> {
  return (await engine.call((client) => client.count(version.collection, { exact: true }))).count;
}

/** Says a dropped collection in the port's words. */
export async function orGone<T>(version: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CollectionGone) throw new VectorIndexError('VERSION_GONE', `Version ${version} is not there any more.`, { cause: error });
    throw error;
  }
}

export class QdrantFillingVersion extends FillingVersion {
  constructor(
    private readonly place: IndexPlace,
    readonly version: number,
    private readonly model: IndexModel,
  ) {
    super();
  }

  async upsert(entries: readonly PassageEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await orGone(this.version, async () => writePassages(this.place, await this.place.versions.read(this.version), { entries, handle: this.model }));
  }

  async count(): Promise<number> {
    return orGone(this.version, async () => countPassages(this.place, await this.place.versions.read(this.version)));
  }

  async activate(): Promise<void> {
    const { versions } = this.place;
    if ((await versions.findFilling())?.version !== this.version) throw new VectorIndexError('VERSION_GONE', `Version ${this.version} is not being filled any more.`);
    await versions.point(this.version);
    for (const version of await versions.list()) if (version < this.version) await versions.drop(version);
  }

  async abandon(): Promise<void> {
    const { versions } = this.place;
    if ((await versions.findActiveNumber()) !== this.version) await versions.drop(this.version);
  }
}
