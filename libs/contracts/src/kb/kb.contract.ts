import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { event, job, request, stream } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { BlobDownload, UploadedFile } from '../kernel/files.js';
import { CollectionId, DocumentId, PassageId } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { Collection, Document, IndexingProgress, PageText, Passage, ReadGrants } from './kb-types.js';

/** Largest file an upload may have. */
export const maxUploadBytes = 50 * 1024 * 1024;

const ofCollection = z.object({ collectionId: CollectionId });
const ofDocument = z.object({ documentId: DocumentId });
const unknownCollection = { COLLECTION_NOT_FOUND: 'not_found' } as const;
const unknownDocument = { DOCUMENT_NOT_FOUND: 'not_found' } as const;
const nothing = z.object({});

const collections = {
  listCollections: request({
    subject: 'va.v1.kb.rpc.collections.list', input: PageQuery, output: pageOf(Collection), access: 'collections.read', audit: 'kb.list-collections',
    http: { method: 'GET', path: '/api/kb/collections', list: true },
  }),
  /** Names of what is not granted to the caller, to choose from for emergency access. */
  listLockedCollections: request({
    subject: 'va.v1.kb.rpc.collections.list-locked', input: nothing, output: z.object({ collections: z.array(z.object({ collectionId: CollectionId, name: z.string() })) }),
    access: 'break-glass.use', audit: 'kb.list-locked-collections', http: { method: 'GET', path: '/api/kb/locked-collections' },
  }),
  /** Names of collections, deleted ones included, for a service that shows where somebody was. */
  nameCollections: request({
    subject: 'va.v1.kb.rpc.collections.name', input: z.object({ collectionIds: z.array(CollectionId).max(100) }),
    output: z.object({ collections: z.array(z.object({ collectionId: CollectionId, name: z.string() })) }), access: 'service', audit: notAudited('the service that asks shows the names, and records that'),
  }),
  createCollection: request({
    subject: 'va.v1.kb.rpc.collections.create',
    input: z.object({ name: z.string().trim().min(1).max(200), description: z.string().max(2000).default(''), grants: ReadGrants.default({ roles: ['clinician', 'nurse', 'researcher', 'viewer'], userIds: [] }) }),
    output: Collection, errors: { COLLECTION_NAME_TAKEN: 'conflict' }, access: 'collections.create', audit: 'kb.create-collection',
    http: { method: 'POST', path: '/api/admin/kb/collections', status: 201 },
  }),
  /** Replaces the read grants; the next search already obeys. */
  changeGrants: request({
    subject: 'va.v1.kb.rpc.collections.change-grants', input: ofCollection.extend({ grants: ReadGrants }), output: Collection,
    errors: unknownCollection, access: 'collections.change', stepUp: true, audit: 'kb.change-grants',
    http: { method: 'PUT', path: '/api/admin/kb/collections/:collectionId/grants' },
  }),
  /** Deletes a collection with all its documents. */
  deleteCollection: request({
    subject: 'va.v1.kb.rpc.collections.delete', input: ofCollection, output: nothing, errors: unknownCollection,
    access: 'collections.delete', stepUp: true, audit: 'kb.delete-collection',
    http: { method: 'DELETE', path: '/api/admin/kb/collections/:collectionId' },
  }),
};

const documents = {
  /** Accepts a file for ingestion. The type is decided by content; a file already there is refused with a pointer to it. */
  uploadDocument: request({
    subject: 'va.v1.kb.rpc.documents.upload',
    input: z.object({ file: UploadedFile, collectionId: CollectionId.optional(), title: z.string().trim().min(1).max(300).optional() }),
    output: Document,
    errors: { ...unknownCollection, DOCUMENT_DUPLICATE: 'conflict', FILE_EMPTY: 'invalid', FILE_TYPE_REFUSED: 'invalid', FILE_TOO_LARGE: 'invalid' },
    access: 'documents.upload', audit: 'kb.upload-document', timeoutMs: 30_000,
    http: { method: 'POST', path: '/api/admin/kb/documents', status: 202, upload: { maxBytes: maxUploadBytes }, limit: 'uploads' },
  }),
  listDocuments: request({
    subject: 'va.v1.kb.rpc.documents.list', input: PageQuery.extend({ collectionId: CollectionId.optional() }), output: pageOf(Document),
    access: 'documents.read', audit: 'kb.list-documents', http: { method: 'GET', path: '/api/kb/documents', list: true },
  }),
  readDocument: request({
    subject: 'va.v1.kb.rpc.documents.read', input: ofDocument, output: Document, errors: unknownDocument,
    access: 'documents.read', audit: 'kb.read-document', http: { method: 'GET', path: '/api/kb/documents/:documentId' },
  }),
  downloadDocument: request({
    subject: 'va.v1.kb.rpc.documents.download', input: ofDocument, output: BlobDownload, errors: unknownDocument,
    access: 'documents.open-original', audit: 'kb.download-document',
    http: { method: 'GET', path: '/api/kb/documents/:documentId/file', download: true },
  }),
  readPage: request({
    subject: 'va.v1.kb.rpc.pages.read', input: ofDocument.extend({ page: z.coerce.number().int().min(1) }), output: PageText,
    errors: { ...unknownDocument, PAGE_NOT_FOUND: 'not_found' }, access: 'documents.read', audit: 'kb.read-page',
    http: { method: 'GET', path: '/api/kb/documents/:documentId/pages/:page' },
  }),
  /** Deletes passages, vectors and bytes; the next search no longer finds it. */
  deleteDocument: request({
    subject: 'va.v1.kb.rpc.documents.delete', input: ofDocument, output: nothing, errors: unknownDocument,
    access: 'documents.delete', audit: 'kb.delete-document', http: { method: 'DELETE', path: '/api/admin/kb/documents/:documentId' },
  }),
  retryDocument: request({
    subject: 'va.v1.kb.rpc.documents.retry', input: ofDocument, output: Document, errors: { ...unknownDocument, NOT_RETRYABLE: 'conflict' },
    access: 'documents.change', audit: 'kb.retry-document', http: { method: 'POST', path: '/api/admin/kb/documents/:documentId/retry', status: 202 },
  }),
  cancelDocument: request({
    subject: 'va.v1.kb.rpc.documents.cancel', input: ofDocument, output: Document, errors: { ...unknownDocument, NOT_CANCELLABLE: 'conflict' },
    access: 'documents.change', audit: 'kb.cancel-document', http: { method: 'POST', path: '/api/admin/kb/documents/:documentId/cancel' },
  }),
  /** Each change of one ingestion, beginning with the state now, ending after a final state. */
  watchDocument: stream({
    subject: 'va.v1.kb.rpc.documents.watch', input: ofDocument, item: IndexingProgress, errors: unknownDocument,
    access: 'documents.read', audit: 'kb.watch-document', timeoutMs: 3_600_000,
    http: { method: 'GET', path: '/api/kb/documents/:documentId/progress' },
  }),
};

const retrieval = {
  /** Finds the passages that best answer the query, best first. Only passages the caller may read. */
  searchPassages: request({
    subject: 'va.v1.kb.rpc.passages.search',
    input: z.object({ query: z.string().trim().min(1).max(2000), collectionIds: z.array(CollectionId).max(100).optional(), limit: z.int().min(1).max(50).default(8) }),
    output: z.object({ passages: z.array(Passage), searchedCollections: z.array(z.object({ collectionId: CollectionId, name: z.string() })) }),
    errors: { ...unknownCollection, INDEX_NOT_READY: 'unavailable' }, access: 'passages.search', audit: 'kb.search',
    http: { method: 'POST', path: '/api/kb/search' },
  }),
  /** Re-reads passages by id, in the order asked, leaving out those that are gone or no longer readable by the caller. */
  readPassages: request({
    subject: 'va.v1.kb.rpc.passages.read', input: z.object({ passageIds: z.array(PassageId).max(100) }), output: z.object({ passages: z.array(Passage) }), access: 'passages.search', audit: 'kb.read-passages',
  }),
  countKnowledge: request({
    subject: 'va.v1.kb.rpc.statistics.count', input: nothing,
    output: z.object({ collections: z.int(), documents: z.int(), passages: z.int(), byStage: z.record(z.string(), z.int()) }), access: 'service',
    audit: notAudited('counts only, for the audited summary of the administrator'),
  }),
};

export const kb = service('kb-indexer', {
  ...collections,
  ...documents,
  ...retrieval,
  documentIndexed: event({ subject: 'va.v1.kb.evt.document.indexed', payload: z.object({ documentId: DocumentId, collectionId: CollectionId, passages: z.int() }) }),
  documentDeleted: event({ subject: 'va.v1.kb.evt.document.deleted', payload: z.object({ documentId: DocumentId, collectionId: CollectionId }) }),
  /** Takes one document from its bytes to searchable passages, from whatever stage an earlier attempt reached. */
  ingestDocument: job({ subject: 'va.v1.kb.job.document.ingest', payload: z.object({ documentId: DocumentId }), attempts: 4, leaseMs: 30_000, audit: 'kb.ingest-document' }),
  /** Removes the file of a document in which malware was found; the service asks itself, so that it is recorded. */
  quarantineDocument: request({
    subject: 'va.v1.kb.rpc.documents.quarantine', input: z.object({ documentId: DocumentId }), output: z.object({}), access: 'service', audit: 'kb.remove-malware',
  }),
  /** Removes vectors and bytes of deleted documents until they are gone. */
  purgeDocument: job({ subject: 'va.v1.kb.job.document.purge', payload: z.object({ documentId: DocumentId, blobKey: z.string() }), attempts: 20, leaseMs: 30_000, audit: notAudited('the deletion itself is recorded; this removes what it left') }),
});
