import type { DataSource } from 'typeorm';
import { requireDefinition } from './index-rules.js';
import { Catalogue, schemaPrefix } from './postgres/catalogue.js';
import { createVersion, PostgresPassageIndex } from './postgres/passage-index.js';
import { retried } from './postgres/retry.js';
import { VectorIndex, type IndexDefinition, type PassageIndex } from './vector-index.js';

/**
 * The index in Postgres or PGlite: words in an inverted table with exact statistics, vectors in pgvector. Works without
 * the extension as long as no version has an embedder.
 */
export class PgvectorVectorIndex extends VectorIndex {
  /** The data source must have run `vectorIndexMigrations`; `release` ends it if it is this index's own. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly release: () => Promise<void> = async () => undefined,
  ) {
    super();
  }

  async openIndex(definition: IndexDefinition): Promise<PassageIndex> {
    requireDefinition(definition);
    const place = { dataSource: this.dataSource, catalogue: new Catalogue(schemaPrefix(this.dataSource), definition.name) };
    await retried(() =>
      this.dataSource.transaction(async (sql) => {
        await place.catalogue.lockIndex(sql);
        const active = await place.catalogue.find(sql, 'active');
        if (!active) await createVersion(sql, place, { model: definition, state: 'active' });
      }),
    );
    return new PostgresPassageIndex(place, { embedderId: definition.embedderId, dimension: definition.dimension });
  }

  async check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.dataSource.query('select 1');
  }

  async close(): Promise<void> {
    await this.release();
  }
}
