import { requireModel, requireQuery } from '../index-rules.js';
import {
  PassageIndex,
  VectorIndexError,
  type FillingVersion,
  type IndexModel,
  type IndexVersionInfo,
  type PassageEntry,
  type PassageHit,
  type PassageQuery,
} from '../vector-index.js';
import { tablesOf, type CatalogueRow, type SqlRunner } from './catalogue.js';
import { retried } from './retry.js';
import { searchActive } from './search-passages.js';
import { averageLengthOf } from './search-words.js';
import { requireVectorExtension } from './vector-extension.js';
import { createVectorGraph, createVersionTables } from './version-tables.js';
import { PostgresFillingVersion, VersionWriter, type IndexPlace } from './version-writer.js';
import { removePassages } from './write-passages.js';

/** Adds a version with its tables. The active first one gets its vector graph at once, a filling one when it is full. */
export async function createVersion(sql: SqlRunner, { catalogue }: IndexPlace, { model, state }: { model: IndexModel; state: CatalogueRow['state'] }): Promise<CatalogueRow> {
  const vectorSchema = model.dimension === null ? null : await requireVectorExtension(sql);
  const row = await catalogue.insert(sql, model, state);
  const tables = tablesOf(catalogue.prefix, row.version);
  await createVersionTables(sql, tables, { model, vectorSchema });
  if (vectorSchema !== null && state === 'active') await createVectorGraph(sql, tables, vectorSchema);
  return row;
}

export class PostgresPassageIndex extends PassageIndex {
  private readonly writer: VersionWriter;

  constructor(
    private readonly place: IndexPlace,
    private readonly handle: IndexModel,
  ) {
    super();
    this.writer = new VersionWriter(place, 'active', handle);
  }

  upsert(entries: readonly PassageEntry[]): Promise<void> {
    return this.writer.upsert(entries);
  }

  async deleteDocument(documentId: string): Promise<void> {
    const { dataSource, catalogue } = this.place;
    await retried(() =>
      dataSource.transaction(async (sql) => {
        // a version begun meanwhile waits for the lock and so is not missed
        await catalogue.lockIndex(sql);
        for (const { version } of await catalogue.lockAll(sql)) {
          const gone = await removePassages(sql, tablesOf(catalogue.prefix, version), { column: 'document_id', ids: [documentId] });
          await catalogue.addCounts(sql, version, { passages: -gone.passages, terms: -gone.terms });
        }
      }),
    );
  }

  async search(query: PassageQuery): Promise<readonly PassageHit[]> {
    requireQuery(query, this.handle);
    if (query.collectionIds.length === 0) return [];
    const { dataSource, catalogue } = this.place;
    return retried(() => dataSource.transaction('REPEATABLE READ', (sql) => searchActive(sql, catalogue, { query, handle: this.handle })));
  }

  async count(): Promise<number> {
    const row = await this.place.catalogue.find(this.place.dataSource.manager, 'active');
    return row?.passages ?? 0;
  }

  async versions(): Promise<readonly IndexVersionInfo[]> {
    const rows = await this.place.catalogue.list(this.place.dataSource.manager);
    return rows.map((row) => ({
      version: row.version,
      active: row.state === 'active',
      embedderId: row.embedderId,
      dimension: row.dimension,
      passages: row.passages,
      averageLength: averageLengthOf(row),
      averageLengthIsExact: true,
    }));
  }

  async beginVersion(model: IndexModel): Promise<FillingVersion> {
    requireModel(model);
    const { dataSource, catalogue } = this.place;
    const row = await retried(() =>
      dataSource.transaction(async (sql) => {
        await catalogue.lockIndex(sql);
        const rows = await catalogue.lockAll(sql);
        if (!rows.some(({ state }) => state === 'active')) throw new VectorIndexError('VERSION_GONE', 'The index has no active version.');
        for (const { version } of rows.filter(({ state }) => state === 'filling')) await catalogue.remove(sql, version);
        return createVersion(sql, this.place, { model, state: 'filling' });
      }),
    );
    return new PostgresFillingVersion(this.place, row.version, model);
  }

  async findFilling(): Promise<FillingVersion | null> {
    const row = await this.place.catalogue.find(this.place.dataSource.manager, 'filling');
    return row ? new PostgresFillingVersion(this.place, row.version, row) : null;
  }
}
