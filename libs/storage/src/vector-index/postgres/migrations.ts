import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaPrefix } from './catalogue.js';

/**
 * The catalogue of index versions and the numbers of collections. The tables of a version are data, not schema: they
 * come with `beginVersion` and go with the version.
 */
export class CreateVectorIndexCatalogue1763860000000 implements MigrationInterface {
  readonly name = 'CreateVectorIndexCatalogue1763860000000';

  async up(runner: QueryRunner): Promise<void> {
    const prefix = schemaPrefix(runner.dataSource);
    await runner.query(`create table ${prefix}vector_index_version (
      version integer generated always as identity primary key,
      index_name text not null,
      state text not null check (state in ('filling', 'active')),
      embedder_id text,
      dimension integer check (dimension between 1 and 2000),
      passage_count bigint not null default 0,
      term_total bigint not null default 0,
      created_at timestamptz not null default now(),
      unique (index_name, state),
      check ((embedder_id is null) = (dimension is null))
    )`);
    await runner.query(`create table ${prefix}vector_index_collection (
      collection_no integer generated always as identity primary key,
      collection_id text not null unique
    )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** Goes into the migrations of a service that uses `vectorIndexPart()` with `VECTOR_URL=database:`. */
export const vectorIndexMigrations = [CreateVectorIndexCatalogue1763860000000] as const;
