import { Injectable } from '@nestjs/common';
import { kb, maxUploadBytes, paginationOf, type BlobDownload, type Document, type ParsedInputOf, type UploadedFile } from '@voiceassist/contracts';
import { AppError, failure, type Call } from '@voiceassist/kit';
import { Jobs, noteChange } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { readerOf, type Reader } from '../access/reader.js';
import { CollectionsRepository } from '../collections/collections.repository.js';
import { CollectionsService } from '../collections/collections.service.js';
import type { ContentType } from '../extraction/extracted-document.js';
import { sniffContent, sniffedBytes } from '../extraction/sniff-content.js';
import { titleFromFileName } from '../extraction/title.js';
import { countIngestion } from '../ingestion/ingestion.metrics.js';
import { IngestionRepository } from '../ingestion/ingestion.repository.js';
import { isFinal, isRetryable } from '../ingestion/stages.js';
import { DocumentChanges } from './document-changes.js';
import { DocumentFiles } from './document-files.js';
import { DocumentRemoval } from './document-removal.js';
import { toDocument, type DocumentRow } from './document-row.js';
import { DocumentsRepository } from './documents.repository.js';

export interface Acceptance {
  readonly file: UploadedFile;
  readonly contentType: ContentType;
  readonly title?: string;
  readonly collectionId: string;
  readonly call: Call;
}

function shownTo({ show }: Reader, row: DocumentRow): Document {
  const document = toDocument(row);
  return { ...document, title: show(document.title), fileName: show(document.fileName) };
}

/** What of a document a change is told by: what it is and where it stands, not how far its reading has come. */
const contentOf = ({ documentId, collectionId, title, fileName, contentType, sha256, version, stage, failure }: Document) => ({ documentId, collectionId, title, fileName, contentType, sha256, version, stage, failure });

/** That a file is gone is for the gateway to say, as for any other. */
const unlessMissing = (error: unknown) => {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
  throw error;
};

const unknownDocument = 'There is no such document.';

/** Documents as people see them: accepted, listed, opened, tried again, stopped, removed. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly collections: CollectionsService,
    private readonly collectionRows: CollectionsRepository,
    private readonly ingestion: IngestionRepository,
    private readonly files: DocumentFiles,
    private readonly removal: DocumentRemoval,
    private readonly changes: DocumentChanges,
    private readonly jobs: Jobs,
  ) {}

  async upload({ file, collectionId, title }: ParsedInputOf<typeof kb.uploadDocument>, call: Call): Promise<Document> {
    const contentType = await this.typeOf(file, call.signal);
    return this.documents.transaction(async (manager) => {
      const place = collectionId ?? (await this.collections.fallback(manager));
      if (!(await this.collectionRows.find(place, { manager, lock: true }))) throw failure(kb.uploadDocument, 'COLLECTION_NOT_FOUND', 'There is no such collection.', { field: 'collectionId' });
      const document = toDocument(await this.accept(manager, { file, contentType, title, collectionId: place, call }));
      noteChange(call, { after: contentOf(document) });
      return document;
    });
  }

  /** Writes the document and the job that reads it; fails with DOCUMENT_DUPLICATE when its content is there already. */
  async accept(manager: EntityManager, { file, contentType, title, collectionId, call }: Acceptance): Promise<DocumentRow> {
    const { fileName, sizeBytes, sha256, blobKey } = file;
    const shown = { title: title ?? titleFromFileName(fileName), titleGiven: title !== undefined };
    const row = await this.documents.insert(manager, { collectionId, ...shown, fileName, contentType, sizeBytes, sha256, blobKey });
    if (!row) return this.sameUploadOrDuplicate(manager, file);
    await this.jobs.enqueue(manager, kb.ingestDocument, { documentId: row.id }, { key: row.id, call });
    return row;
  }

  async list(query: ParsedInputOf<typeof kb.listDocuments>, call: Call) {
    const reader = readerOf(call.actor);
    const { items, total } = await this.documents.page(reader, query);
    return { items: items.map((row) => shownTo(reader, row)), pagination: paginationOf(query, total) };
  }

  async read(documentId: string, call: Call): Promise<Document> {
    return shownTo(readerOf(call.actor), await this.readable(documentId, call));
  }

  async download(documentId: string, call: Call): Promise<BlobDownload> {
    const { blob_key: blobKey, collection_id: collectionId, file_name: fileName, content_type: contentType, size_bytes: sizeBytes, sha256 } = await this.readable(documentId, call);
    const pass = await this.files.passFor(blobKey, collectionId).catch(unlessMissing);
    return { blobKey, fileName, contentType, sizeBytes, sha256, pass };
  }

  async readPage({ documentId, page }: ParsedInputOf<typeof kb.readPage>, call: Call) {
    const reader = readerOf(call.actor);
    const found = await this.documents.readPage(reader, documentId, page);
    if (!found) throw failure(kb.readPage, 'DOCUMENT_NOT_FOUND', unknownDocument);
    if (found.text === null) throw failure(kb.readPage, 'PAGE_NOT_FOUND', 'The document has no such page.');
    return { documentId, page, pageCount: found.page_count, text: reader.show(found.text) };
  }

  async delete(documentId: string, call: Call): Promise<void> {
    const removed = await this.documents.transaction(async (manager) => {
      const row = await this.documents.lock(manager, documentId);
      if (row) noteChange(call, { before: contentOf(toDocument(row)) });
      return this.removal.remove(manager, documentId, call);
    });
    if (!removed) throw failure(kb.deleteDocument, 'DOCUMENT_NOT_FOUND', unknownDocument);
    this.changes.tell(documentId);
  }

  retry(documentId: string, call: Call): Promise<Document> {
    return this.change(documentId, call, async (manager, { stage }) => {
      if (!isRetryable(stage)) throw failure(kb.retryDocument, 'NOT_RETRYABLE', `Only a document that failed or was cancelled can be tried again; this one is ${stage}.`);
      await this.ingestion.requeue(manager, documentId);
      await this.jobs.enqueue(manager, kb.ingestDocument, { documentId }, { key: documentId, call });
    });
  }

  cancel(documentId: string, call: Call): Promise<Document> {
    return this.change(documentId, call, async (manager, { stage }) => {
      if (isFinal(stage)) throw failure(kb.cancelDocument, 'NOT_CANCELLABLE', `There is nothing to stop: the document is ${stage}.`);
      await this.jobs.cancel(manager, kb.ingestDocument, documentId);
      await this.ingestion.markCancelled(manager, documentId);
    });
    countIngestion('cancelled');
  }

  async readable(documentId: string, call: Call): Promise<DocumentRow> {
    const row = await this.documents.findReadable(readerOf(call.actor), documentId);
    if (!row) throw failure(kb.readDocument, 'DOCUMENT_NOT_FOUND', unknownDocument);
    return row;
  }

  private async typeOf(file: UploadedFile, signal: AbortSignal): Promise<ContentType> {
    if (file.sizeBytes > maxUploadBytes) throw failure(kb.uploadDocument, 'FILE_TOO_LARGE', `A file may have at most ${maxUploadBytes / 1024 / 1024} MB.`, { field: 'file' });
    const firstBytes = file.sizeBytes === 0 ? new Uint8Array() : await this.files.firstBytes(file.blobKey, sniffedBytes, signal);
    const sniffed = await sniffContent(firstBytes, file.fileName);
    if (!sniffed.accepted) throw failure(kb.uploadDocument, sniffed.code, sniffed.message, { field: 'file' });
    return sniffed.contentType;
  }

  /** An upload that is repeated because its answer got lost is no duplicate of itself. */
  private async sameUploadOrDuplicate(manager: EntityManager, file: UploadedFile): Promise<DocumentRow> {
    const existing = await this.documents.findByContent(manager, file.sha256);
    if (existing?.blob_key === file.blobKey) return existing;
    throw failure(kb.uploadDocument, 'DOCUMENT_DUPLICATE', 'This file is in the knowledge base already.', { field: 'file', details: { documentId: existing?.id ?? null } });
  }

  private async change(documentId: string, call: Call, work: (manager: EntityManager, row: DocumentRow) => Promise<void>): Promise<Document> {
    const changed = await this.documents.transaction(async (manager) => {
      const row = await this.documents.lock(manager, documentId);
      if (!row) throw failure(kb.readDocument, 'DOCUMENT_NOT_FOUND', unknownDocument);
      await work(manager, row);
      const changedRow = await this.documents.lock(manager, documentId);
      const after = toDocument(changedRow!); // locked in the same transaction, so it is still there
      noteChange(call, { before: contentOf(toDocument(row)), after: contentOf(after) });
      return after;
    });
    this.changes.tell(documentId);
    return changed;
  }
}
