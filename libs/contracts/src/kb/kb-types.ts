import { z } from 'zod';
import { Role } from '../kernel/permissions.js';
import { CollectionId, DocumentId, Instant, PassageId, UserId } from '../kernel/ids.js';

/** Who may read a collection: everybody with one of the roles, and the named people. Administrators always may. */
export const ReadGrants = z.object({ roles: z.array(Role).default([]), userIds: z.array(UserId).max(1000).default([]) });
export type ReadGrants = z.output<typeof ReadGrants>;

export const Collection = z.object({
  collectionId: CollectionId,
  name: z.string(),
  description: z.string(),
  /** Shipped with the product to make the first question work; not for clinical use. */
  sample: z.boolean(),
  grants: ReadGrants,
  documentCount: z.int(),
  createdAt: Instant,
});
export type Collection = z.infer<typeof Collection>;

/** States of one ingestion; `ready`, `failed` and `cancelled` are final until a retry. */
export const IngestionStage = z.enum(['queued', 'extracting', 'chunking', 'embedding', 'indexing', 'ready', 'failed', 'cancelled']);
export type IngestionStage = z.infer<typeof IngestionStage>;

/** Why a document could not be made searchable, as a stable code and a sentence a person can act on. */
export const IngestionFailure = z.object({ code: z.string(), message: z.string() });

export const IndexingProgress = z.object({
  documentId: DocumentId,
  stage: IngestionStage,
  /** Share of the whole ingestion done, 0 to 1. */
  progress: z.number().min(0).max(1),
  detail: z.string().optional(),
  failure: IngestionFailure.nullable(),
  updatedAt: Instant,
});
export type IndexingProgress = z.infer<typeof IndexingProgress>;

/** What the reader saw and could not use, so that nothing is dropped in silence. */
export const ExtractionReport = z.object({
  pages: z.int(),
  pagesWithoutText: z.array(z.int()),
  characters: z.int(),
  passages: z.int(),
  warnings: z.array(z.string()),
});
export type ExtractionReport = z.infer<typeof ExtractionReport>;

export const Document = z.object({
  documentId: DocumentId,
  collectionId: CollectionId,
  title: z.string(),
  fileName: z.string(),
  contentType: z.enum(['application/pdf', 'text/plain', 'text/markdown']),
  sizeBytes: z.int(),
  sha256: z.string(),
  /** Counts from 1; a changed file of the same document is a new version. */
  version: z.int().min(1),
  stage: IngestionStage,
  progress: z.number(),
  failure: IngestionFailure.nullable(),
  report: ExtractionReport.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Document = z.infer<typeof Document>;

/** Half-open range of UTF-16 code units in the text of one page. */
export const CharacterRange = z.object({ start: z.int().min(0), end: z.int().min(0) });

export const Passage = z.object({
  passageId: PassageId,
  documentId: DocumentId,
  collectionId: CollectionId,
  documentTitle: z.string(),
  documentVersion: z.int(),
  /** Counts from 1. A text file is page 1; one above 100,000 characters goes on with further pages. */
  page: z.int().min(1),
  heading: z.string().nullable(),
  text: z.string(),
  range: CharacterRange,
  /** Blended relevance, comparable only within one answer of the search. */
  score: z.number(),
  /** BM25 score and dense cosine that made it, for tests of retrieval and for the evidence gate. */
  lexicalScore: z.number(),
  denseScore: z.number().nullable(),
});
export type Passage = z.infer<typeof Passage>;

/** What is stored of one page, at most 100,000 UTF-16 code units; ranges of passages count in exactly this text. */
export const PageText = z.object({ documentId: DocumentId, page: z.int(), pageCount: z.int(), text: z.string() });
