import type { MigrationInterface, QueryRunner } from 'typeorm';

const collections = `
  CREATE TABLE collection (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    sample boolean NOT NULL DEFAULT false,
    fallback boolean NOT NULL DEFAULT false,
    roles text[] NOT NULL,
    user_ids uuid[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz
  );
  CREATE UNIQUE INDEX collection_name ON collection (lower(name)) WHERE deleted_at IS NULL;
  CREATE UNIQUE INDEX collection_fallback ON collection (fallback) WHERE fallback AND deleted_at IS NULL;
  CREATE UNIQUE INDEX collection_sample ON collection (sample) WHERE sample;`;

const documents = `
  CREATE TABLE document (
    id uuid PRIMARY KEY,
    collection_id uuid NOT NULL REFERENCES collection (id),
    title text NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size_bytes integer NOT NULL,
    sha256 text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    blob_key text NOT NULL,
    stage text NOT NULL DEFAULT 'queued'
      CHECK (stage IN ('queued', 'extracting', 'chunking', 'embedding', 'indexing', 'ready', 'failed', 'cancelled')),
    progress real NOT NULL DEFAULT 0,
    detail text,
    failure_code text,
    failure_message text,
    report jsonb,
    extracted_at timestamptz,
    chunked_at timestamptz,
    indexed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz
  );
  CREATE UNIQUE INDEX document_content ON document (sha256) WHERE deleted_at IS NULL;
  CREATE INDEX document_of_collection ON document (collection_id, created_at) WHERE deleted_at IS NULL;
  CREATE INDEX document_in_work ON document (updated_at) WHERE deleted_at IS NULL AND stage NOT IN ('ready', 'failed', 'cancelled');
  CREATE INDEX document_blob ON document (blob_key);
  CREATE TABLE ingestion_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    stage text NOT NULL,
    attempt integer NOT NULL,
    failure_code text,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX ingestion_step_of_document ON ingestion_step (document_id, id);
  CREATE TABLE loaded_sample (sha256 text PRIMARY KEY, loaded_at timestamptz NOT NULL DEFAULT clock_timestamp());`;

const texts = `
  CREATE TABLE page (
    document_id uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    page integer NOT NULL CHECK (page >= 1),
    text text NOT NULL,
    blocks jsonb NOT NULL,
    PRIMARY KEY (document_id, page)
  );
  CREATE TABLE passage (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    ordinal integer NOT NULL,
    page integer NOT NULL,
    heading text,
    text text NOT NULL,
    range_start integer NOT NULL,
    range_end integer NOT NULL,
    embedder_id text,
    embedding bytea,
    UNIQUE (document_id, ordinal)
  );`;

/** Why: collections with read grants, documents with the state of their ingestion, page-true text, passages. */
export class CreateKnowledgeBase1763800300000 implements MigrationInterface {
  readonly name = 'CreateKnowledgeBase1763800300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [collections, documents, texts].join('').split(';')) {
      if (statement.trim() !== '') await queryRunner.query(statement);
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
