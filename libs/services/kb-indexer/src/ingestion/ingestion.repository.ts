import { Injectable } from '@nestjs/common';
import type { ExtractionReport } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import type { CutPassage } from '../chunking/cut-passages.js';
import { passageId } from '../chunking/passage-id.js';
import { rows } from '../database/rows.js';
import type { ExtractedDocument, ExtractedPage } from '../extraction/extracted-document.js';
import { finalStages, type WorkingStage } from './stages.js';

export interface Reason {
  readonly code: string;
  readonly message: string;
}

export interface StoredPassage {
  readonly id: string;
  readonly ordinal: number;
  readonly heading: string | null;
  readonly text: string;
  readonly embedder_id: string | null;
  readonly embedding: Buffer | null;
}

const rowsPerInsert = 200;
const inWork = `deleted_at IS NULL AND stage NOT IN (${finalStages.map((stage) => `'${stage}'`).join(', ')})`;
const now = 'clock_timestamp()';

function* inPortions<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** What each stage of an ingestion leaves behind; every change of a document's state on its way. */
@Injectable()
export class IngestionRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** False when the document is gone or final: nobody waits for this work any more. */
  async enter(manager: EntityManager, documentId: string, step: { stage: WorkingStage; attempt: number; progress: number }): Promise<boolean> {
    const entered = await rows(manager, `UPDATE document SET stage = $2, progress = $3, detail = NULL, updated_at = ${now} WHERE id = $1 AND ${inWork} RETURNING id`, [documentId, step.stage, step.progress]);
    if (entered.length === 0) return false;
    await rows(manager, 'INSERT INTO ingestion_step (document_id, stage, attempt) VALUES ($1, $2, $3)', [documentId, step.stage, step.attempt]);
    return true;
  }

  async tell(documentId: string, { progress, detail }: { progress?: number; detail: string }): Promise<void> {
    await rows(this.dataSource, `UPDATE document SET progress = coalesce($2, progress), detail = $3, updated_at = ${now} WHERE id = $1 AND ${inWork}`, [documentId, progress ?? null, detail]);
  }

  /** Answers the title that the document has from now on: the one it was given, else its own. */
  async storePages(manager: EntityManager, documentId: string, { title, pages, report }: ExtractedDocument & { report: ExtractionReport }): Promise<string> {
    await rows(manager, 'DELETE FROM page WHERE document_id = $1', [documentId]);
    for (const portion of inPortions(pages, rowsPerInsert)) {
      await rows(manager,
        `INSERT INTO page (document_id, page, text, blocks) SELECT $1, (item->>'page')::int, item->>'text', item->'blocks' FROM jsonb_array_elements($2::jsonb) AS item`,
        [documentId, JSON.stringify(portion)]);
    }
    const [stored] = await rows<{ title: string }>(manager,
      `UPDATE document SET extracted_at = ${now}, chunked_at = NULL, report = $2, title = CASE WHEN title_given THEN title ELSE coalesce($3, title) END WHERE id = $1 RETURNING title`,
      [documentId, JSON.stringify(report), title]);
    return stored!.title; // whoever deletes the document has to take this job first
  }

  async pages(documentId: string): Promise<ExtractedPage[]> {
    return rows(this.dataSource, 'SELECT page, text, blocks FROM page WHERE document_id = $1 ORDER BY page', [documentId]);
  }

  async storePassages(manager: EntityManager, document: { id: string; version: number }, passages: readonly CutPassage[]): Promise<void> {
    await rows(manager, 'DELETE FROM passage WHERE document_id = $1', [document.id]);
    for (const portion of inPortions(passages, rowsPerInsert)) {
      const items = portion.map((passage) => ({ ...passage, id: passageId(document.id, document.version, passage.ordinal) }));
      await rows(manager,
        `INSERT INTO passage (id, document_id, ordinal, page, heading, text, range_start, range_end)
         SELECT (item->>'id')::uuid, $1, (item->>'ordinal')::int, (item->>'page')::int, item->>'heading', item->>'text', (item->>'start')::int, (item->>'end')::int
         FROM jsonb_array_elements($2::jsonb) AS item`,
        [document.id, JSON.stringify(items)]);
    }
    await rows(manager, `UPDATE document SET chunked_at = ${now}, report = jsonb_set(report, '{passages}', to_jsonb($2::int)) WHERE id = $1`, [document.id, passages.length]);
  }

  /** Passages of a document in order, from an ordinal on. */
  async passages(documentId: string, { from, limit }: { from: number; limit: number }): Promise<StoredPassage[]> {
    return rows(this.dataSource,
      'SELECT id, ordinal, heading, text, embedder_id, embedding FROM passage WHERE document_id = $1 AND ordinal >= $2 ORDER BY ordinal LIMIT $3', [documentId, from, limit]);
  }

  async withoutEmbedding(documentId: string, embedderId: string, limit: number): Promise<StoredPassage[]> {
    return rows(this.dataSource,
      `SELECT id, ordinal, heading, text, embedder_id, embedding FROM passage WHERE document_id = $1 AND embedder_id IS DISTINCT FROM $2 ORDER BY ordinal LIMIT $3`, [documentId, embedderId, limit]);
  }

  async countPassages(documentId: string): Promise<number> {
    const [row] = await rows<{ total: number }>(this.dataSource, 'SELECT count(*)::int AS total FROM passage WHERE document_id = $1', [documentId]);
    return row?.total ?? 0;
  }

  async storeEmbeddings(embedderId: string, embeddings: readonly { id: string; embedding: Buffer }[]): Promise<void> {
    await rows(this.dataSource,
      `UPDATE passage SET embedder_id = $1, embedding = fresh.embedding FROM unnest($2::uuid[], $3::bytea[]) AS fresh (id, embedding) WHERE passage.id = fresh.id`,
      [embedderId, embeddings.map(({ id }) => id), embeddings.map(({ embedding }) => `\\x${embedding.toString('hex')}`)]);
  }

  /** False when the document was deleted or stopped meanwhile. */
  async markReady(manager: EntityManager, documentId: string): Promise<boolean> {
    const ready = await rows(manager, `UPDATE document SET stage = 'ready', progress = 1, detail = NULL, indexed_at = ${now}, updated_at = ${now} WHERE id = $1 AND ${inWork} RETURNING id`, [documentId]);
    return ready.length > 0;
  }

  async markFailed(manager: EntityManager, documentId: string, { code, message }: Reason): Promise<boolean> {
    const failed = await rows<{ id: string }>(manager,
      `UPDATE document SET stage = 'failed', detail = NULL, failure_code = $2, failure_message = $3, updated_at = ${now} WHERE id = $1 AND ${inWork} RETURNING id`, [documentId, code, message]);
    if (failed.length === 0) return false;
    await rows(manager, `UPDATE ingestion_step SET failure_code = $2 WHERE id = (SELECT max(id) FROM ingestion_step WHERE document_id = $1)`, [documentId, code]);
    return true;
  }

  async markCancelled(manager: EntityManager, documentId: string): Promise<void> {
    await rows(manager, `UPDATE document SET stage = 'cancelled', detail = NULL, updated_at = ${now} WHERE id = $1`, [documentId]);
  }

  async requeue(manager: EntityManager, documentId: string): Promise<void> {
    await rows(manager, `UPDATE document SET stage = 'queued', progress = 0, detail = NULL, failure_code = NULL, failure_message = NULL, updated_at = ${now} WHERE id = $1`, [documentId]);
  }

  /** Documents in work that have not moved for a while. */
  async quietInWork(quietMs: number): Promise<string[]> {
    const found = await rows<{ id: string }>(this.dataSource, `SELECT id FROM document WHERE ${inWork} AND updated_at < ${now} - make_interval(secs => $1::double precision / 1000) ORDER BY updated_at LIMIT 200`, [quietMs]);
    return found.map(({ id }) => id);
  }

  async oldestUnfinishedSeconds(): Promise<number> {
    const [row] = await rows<{ seconds: number }>(this.dataSource, `SELECT coalesce(extract(epoch FROM ${now} - min(created_at)), 0)::float8 AS seconds FROM document WHERE ${inWork}`, []);
    return row?.seconds ?? 0;
  }

  /** Deleted documents of which something is still there. */
  async notYetPurged(quietMs: number): Promise<{ documentId: string; blobKey: string }[]> {
    return rows(this.dataSource, `SELECT id AS "documentId", blob_key AS "blobKey" FROM document WHERE deleted_at < ${now} - make_interval(secs => $1::double precision / 1000) ORDER BY deleted_at LIMIT 200`, [quietMs]);
  }

  async isDeleted(documentId: string): Promise<boolean> {
    const [row] = await rows<{ live: boolean }>(this.dataSource, 'SELECT EXISTS (SELECT FROM document WHERE id = $1 AND deleted_at IS NULL) AS live', [documentId]);
    return !row?.live;
  }

  /** The last trace of a deleted document. */
  async forget(documentId: string): Promise<void> {
    await rows(this.dataSource, 'DELETE FROM document WHERE id = $1 AND deleted_at IS NOT NULL', [documentId]);
  }
}
