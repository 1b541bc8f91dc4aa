import type { DataSource, EntityManager } from 'typeorm';
import type { IndexModel } from '../vector-index.js';

/** Either the pool or the transaction one is in; inside a transaction only the latter may be used. */
export type SqlRunner = Pick<EntityManager, 'query'>;

/** Quotes a name of ours for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The schema the tables live in, as a prefix; empty when the connection's search path decides. */
export function schemaPrefix(dataSource: DataSource): string {
  const { schema } = dataSource.options as { schema?: string }; // only Postgres data sources are opened here
  return schema ? `${quoted(schema)}.` : '';
}

/** A row of the catalogue: one version of one index. */
export interface CatalogueRow extends IndexModel {
  readonly version: number;
  readonly state: 'active' | 'filling';
  readonly passages: number;
  readonly termTotal: number;
}

/** The three tables of a version, and the two all versions share. */
export interface VersionTables {
  readonly passages: string;
  readonly terms: string;
  readonly postings: string;
  readonly catalogue: string;
  readonly collections: string;
}

export function tablesOf(prefix: string, version: number): VersionTables {
  const own = (part: string): string => `${prefix}${quoted(`vector_index_${version}_${part}`)}`;
  return {
    passages: own('passage'),
    terms: own('term'),
    postings: own('posting'),
    catalogue: `${prefix}vector_index_version`,
    collections: `${prefix}vector_index_collection`,
  };
}

const columns = `version, state, embedder_id as "embedderId", dimension, passage_count::float8 as passages, term_total::float8 as "termTotal"`;

/** Reads and locks versions of one index. */
export class Catalogue {
  constructor(
    readonly prefix: string,
    readonly indexName: string,
  ) {}

  /** Makes everything that changes which versions exist wait for its turn, until the transaction ends. */
  async lockIndex(sql: SqlRunner): Promise<void> {
    await sql.query(`select pg_advisory_xact_lock(hashtext($1))`, [`vector-index:${this.prefix}${this.indexName}`]);
  }

  async list(sql: SqlRunner): Promise<CatalogueRow[]> {
    return sql.query<CatalogueRow[]>(`select ${columns} from ${this.prefix}vector_index_version where index_name = $1 order by state, version`, [this.indexName]);
  }

  async find(sql: SqlRunner, state: CatalogueRow['state']): Promise<CatalogueRow | undefined> {
    return (await this.list(sql)).find((row) => row.state === state);
  }

  /** Locks the rows of all versions against writers and switches, in an order that cannot deadlock. */
  async lockAll(sql: SqlRunner): Promise<CatalogueRow[]> {
    return sql.query<CatalogueRow[]>(`select ${columns} from ${this.prefix}vector_index_version where index_name = $1 order by version for update`, [this.indexName]);
  }

  /** Locks one version for writing; undefined when it is gone. */
  async lock(sql: SqlRunner, version: number): Promise<CatalogueRow | undefined> {
    const rows = await sql.query<CatalogueRow[]>(
      `select ${columns} from ${this.prefix}vector_index_version where index_name = $1 and version = $2 for update`,
      [this.indexName, version],
    );
    return rows[0];
  }

  async insert(sql: SqlRunner, model: IndexModel, state: CatalogueRow['state']): Promise<CatalogueRow> {
    const rows = await sql.query<CatalogueRow[]>(
      `insert into ${this.prefix}vector_index_version (index_name, state, embedder_id, dimension) values ($1, $2, $3, $4) returning ${columns}`,
      [this.indexName, state, model.embedderId, model.dimension],
    );
    const [row] = rows;
    if (!row) throw new Error('insert returned no row');
    return row;
  }

  async remove(sql: SqlRunner, version: number): Promise<void> {
    await sql.query(`delete from ${this.prefix}vector_index_version where version = $1`, [version]);
    const { passages, terms, postings } = tablesOf(this.prefix, version);
    // searches lock in this order too
    await sql.query(`drop table if exists ${passages}, ${terms}, ${postings}`);
  }

  async activate(sql: SqlRunner, version: number): Promise<void> {
    await sql.query(`update ${this.prefix}vector_index_version set state = 'active' where version = $1`, [version]);
  }

  async addCounts(sql: SqlRunner, version: number, change: { passages: number; terms: number }): Promise<void> {
    await sql.query(
      `update ${this.prefix}vector_index_version set passage_count = passage_count + $2, term_total = term_total + $3 where version = $1`,
      [version, change.passages, change.terms],
    );
  }
}
