import type { Document, ExtractionReport, IndexingProgress, IngestionStage } from '@voiceassist/contracts';

export interface DocumentRow {
  readonly id: string;
  readonly collection_id: string;
  readonly title: string;
  readonly file_name: string;
  readonly content_type: Document['contentType'];
  readonly size_bytes: number;
  readonly sha256: string;
  readonly version: number;
  readonly blob_key: string;
  readonly stage: IngestionStage;
  readonly progress: number;
  readonly detail: string | null;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly report: ExtractionReport | null;
  readonly extracted_at: Date | null;
  readonly chunked_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const documentColumns = `d.id, d.collection_id, d.title, d.file_name, d.content_type, d.size_bytes, d.sha256, d.version, d.blob_key, d.stage, d.progress,
  d.detail, d.failure_code, d.failure_message, d.report, d.extracted_at, d.chunked_at, d.created_at, d.updated_at`;

function failureOf({ failure_code: code, failure_message: message }: DocumentRow) {
  return code === null ? null : { code, message: message ?? '' };
}

export function toDocument(row: DocumentRow): Document {
  return {
    documentId: row.id, collectionId: row.collection_id, title: row.title, fileName: row.file_name, contentType: row.content_type,
    sizeBytes: row.size_bytes, sha256: row.sha256, version: row.version, stage: row.stage, progress: row.progress,
    failure: failureOf(row), report: row.report, createdAt: row.created_at.toISOString(), updatedAt: row.updated_at.toISOString(),
  };
}

export function toProgress(row: DocumentRow): IndexingProgress {
  return {
    documentId: row.id, stage: row.stage, progress: row.progress, ...(row.detail === null ? {} : { detail: row.detail }),
    failure: failureOf(row), updatedAt: row.updated_at.toISOString(),
  };
}
