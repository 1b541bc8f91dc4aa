import type { DataSource } from 'typeorm';
import { lastOfEach, requireEntries } from '../index-rules.js';
import { FillingVersion, VectorIndexError, type IndexModel, type PassageEntry } from '../vector-index.js';
import { tablesOf, type Catalogue, type CatalogueRow, type SqlRunner } from './catalogue.js';
import { retried } from './retry.js';
import { requireVectorExtension } from './vector-extension.js';
import { createVectorGraph, vacuumVersion } from './version-tables.js';
import { writeBatch } from './write-passages.js';

export interface IndexPlace {
  readonly dataSource: DataSource;
  readonly catalogue: Catalogue;
}

const batchSize = 200;
const vacuumAfterPassages = 1_000;

/** Locks the version to write to; catalogue rows are locked before anything else, so writers and switches take turns. */
async function lockTarget(sql: SqlRunner, catalogue: Catalogue, target: number | 'active'): Promise<CatalogueRow> {
  const rows = await catalogue.lockAll(sql);
  const row = rows.find((one) => (target === 'active' ? one.state === 'active' : one.version === target));
  if (row) return row;
  if (target !== 'active') throw new VectorIndexError('VERSION_GONE', `Version ${target} is not there any more.`);
  // a switch ended while the lock was awaited: its row was not in sight of that statement
  const active = await catalogue.find(sql, 'active');
  const locked = active && (await catalogue.lock(sql, active.version));
  if (!locked) throw new VectorIndexError('VERSION_GONE', 'The index has no active version.');
  return locked;
}

/** Writes passages to one version, or to whichever is active, and keeps its tables swept. */
export class VersionWriter {
  private unswept = 0;

  constructor(
    private readonly place: IndexPlace,
    private readonly target: number | 'active',
    private readonly handle: IndexModel,
  ) {}

  async upsert(given: readonly PassageEntry[]): Promise<void> {
    const entries = lastOfEach(given);
    if (entries.length === 0) return;
    const { dataSource, catalogue } = this.place;
    const row = await retried(() =>
      dataSource.transaction(async (sql) => {
        const locked = await lockTarget(sql, catalogue, this.target);
        requireEntries(entries, this.handle, locked);
        const vectorSchema = locked.dimension === null ? null : await requireVectorExtension(sql);
        const tables = tablesOf(catalogue.prefix, locked.version);
        for (let start = 0; start < entries.length; start += batchSize) {
          await writeBatch(sql, catalogue, { tables, version: locked.version, vectorSchema, entries: entries.slice(start, start + batchSize) });
        }
        return locked;
      }),
    );
    await this.sweep(row, entries.length);
  }

  /** Sweeping only makes searches faster; when it cannot run now (the version went away), nothing is lost. */
  private async sweep(row: CatalogueRow, written: number): Promise<void> {
    this.unswept += written;
    if (this.unswept < Math.max(vacuumAfterPassages, row.passages / 10)) return;
    this.unswept = 0;
    await vacuumVersion(this.place.dataSource, tablesOf(this.place.catalogue.prefix, row.version)).catch(() => undefined);
  }
}

export class PostgresFillingVersion extends FillingVersion {
  private readonly writer: VersionWriter;

  constructor(
    private readonly place: IndexPlace,
    readonly version: number,
    model: IndexModel,
  ) {
    super();
    this.writer = new VersionWriter(place, version, model);
  }

  upsert(entries: readonly PassageEntry[]): Promise<void> {
    return this.writer.upsert(entries);
  }

  async count(): Promise<number> {
    const { dataSource, catalogue } = this.place;
    const row = (await catalogue.list(dataSource.manager)).find(({ version }) => version === this.version);
    if (!row) throw new VectorIndexError('VERSION_GONE', `Version ${this.version} is not there any more.`);
    return row.passages;
  }

  async activate(): Promise<void> {
    const { dataSource, catalogue } = this.place;
    const tables = tablesOf(catalogue.prefix, this.version);
    const { dimension } = this.requireFilling(await catalogue.list(dataSource.manager));
    // takes minutes for a large index, so it comes before the switch takes its locks: writing to the active one goes on
    if (dimension !== null) await createVectorGraph(dataSource, tables, await requireVectorExtension(dataSource));
    await retried(() =>
      dataSource.transaction(async (sql) => {
        await catalogue.lockIndex(sql);
        const rows = await catalogue.lockAll(sql);
        this.requireFilling(rows);
        for (const { version } of rows.filter(({ state }) => state === 'active')) await catalogue.remove(sql, version);
        await catalogue.activate(sql, this.version);
      }),
    );
    await vacuumVersion(dataSource, tables);
  }

  private requireFilling(rows: readonly CatalogueRow[]): CatalogueRow {
    const own = rows.find(({ version }) => version === this.version);
    if (own?.state !== 'filling') throw new VectorIndexError('VERSION_GONE', `Version ${this.version} is not being filled any more.`);
    return own;
  }

  async abandon(): Promise<void> {
    const { dataSource, catalogue } = this.place;
    await retried(() =>
      dataSource.transaction(async (sql) => {
        await catalogue.lockIndex(sql);
        const own = await catalogue.lock(sql, this.version);
        if (own?.state === 'filling') await catalogue.remove(sql, this.version);
      }),
    );
  }
}
