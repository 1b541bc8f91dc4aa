import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Document, PageQuery } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { readableCollection, readerValues, type Reader } from '../access/reader.js';
import { rows } from '../database/rows.js';
import { documentColumns, type DocumentRow } from './document-row.js';

export interface NewDocument {
  readonly collectionId: string;
  readonly title: string;
  /** Whether a person chose the title; else it may give way to the document's own. */
  readonly titleGiven: boolean;
  readonly fileName: string;
  readonly contentType: Document['contentType'];
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly blobKey: string;
}

const readableDocuments = `document d JOIN collection c ON c.id = d.collection_id WHERE d.deleted_at IS NULL AND ${readableCollection}`;

@Injectable()
export class DocumentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Null when a live document has the same content. */
  async insert(manager: EntityManager, document: NewDocument): Promise<DocumentRow | null> {
    const { collectionId, title, titleGiven, fileName, contentType, sizeBytes, sha256, blobKey } = document;
    const [row] = await rows<DocumentRow>(manager,
      `INSERT INTO document AS d (id, collection_id, title, title_given, file_name, content_type, size_bytes, sha256, blob_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT DO NOTHING RETURNING ${documentColumns}`,
      [randomUUID(), collectionId, title, titleGiven, fileName, contentType, sizeBytes, sha256, blobKey]);
    return row ?? null;
  }

  async findByContent(manager: EntityManager, sha256: string): Promise<DocumentRow | null> {
    const [row] = await rows<DocumentRow>(manager, `SELECT ${documentColumns} FROM document d WHERE d.sha256 = $1 AND d.deleted_at IS NULL`, [sha256]);
    return row ?? null;
  }

  /** A live document, whoever asks. */
  async find(id: string): Promise<DocumentRow | null> {
    const [row] = await rows<DocumentRow>(this.dataSource, `SELECT ${documentColumns} FROM document d WHERE d.id = $1 AND d.deleted_at IS NULL`, [id]);
    return row ?? null;
  }

  /** A live document that nobody else changes before the transaction ends. */
  async lock(manager: EntityManager, id: string): Promise<DocumentRow | null> {
    const [row] = await rows<DocumentRow>(manager, `SELECT ${documentColumns} FROM document d WHERE d.id = $1 AND d.deleted_at IS NULL FOR UPDATE`, [id]);
    return row ?? null;
  }

  async findReadable(reader: Reader, id: string): Promise<DocumentRow | null> {
    const [row] = await rows<DocumentRow>(this.dataSource, `SELECT ${documentColumns} FROM ${readableDocuments} AND d.id = $5`, [...readerValues(reader), id]);
    return row ?? null;
  }

  async page(reader: Reader, { page, pageSize, collectionId = null }: PageQuery & { collectionId?: string | null }): Promise<{ items: DocumentRow[]; total: number }> {
    const from = `${readableDocuments} AND ($5::uuid IS NULL OR d.collection_id = $5)`;
    const values = [...readerValues(reader), collectionId];
    const items = await rows<DocumentRow>(this.dataSource, `SELECT ${documentColumns} FROM ${from} ORDER BY d.created_at DESC, d.id LIMIT $6 OFFSET $7`, [...values, pageSize, (page - 1) * pageSize]);
    const [count] = await rows<{ total: number }>(this.dataSource, `SELECT count(*)::int AS total FROM ${from}`, values);
    return { items, total: count?.total ?? 0 };
  }

  async readPage(reader: Reader, id: string, page: number): Promise<{ text: string | null; page_count: number } | null> {
    const [row] = await rows<{ text: string | null; page_count: number }>(this.dataSource,
      `SELECT (SELECT p.text FROM page p WHERE p.document_id = d.id AND p.page = $6) AS text, (SELECT count(*)::int FROM page p WHERE p.document_id = d.id) AS page_count
       FROM ${readableDocuments} AND d.id = $5`, [...readerValues(reader), id, page]);
    return row ?? null;
  }

  async countByStage(): Promise<{ stage: string; total: number }[]> {
    return rows(this.dataSource, 'SELECT stage, count(*)::int AS total FROM document WHERE deleted_at IS NULL GROUP BY stage');
  }

  /** Those of the keys that some document, also a deleted one that is not purged yet, still needs. */
  async knownBlobKeys(keys: readonly string[]): Promise<Set<string>> {
    const known = await rows<{ blob_key: string }>(this.dataSource, 'SELECT blob_key FROM document WHERE blob_key = ANY ($1::text[])', [keys]);
    return new Set(known.map(({ blob_key }) => blob_key));
  }
}
