/** The encoder whose vectors an index version holds; both null when it holds none and only words are searched. */
export interface IndexModel {
  /** Names weights and preprocessing; vectors of two embedders are never compared. */
  readonly embedderId: string | null;
  /** Numbers in a vector. */
  readonly dimension: number | null;
}

export interface IndexDefinition extends IndexModel {
  /** Lower-case letters, digits and hyphens, at most 40, beginning with a letter. */
  readonly name: string;
}

/** One passage to be found. Its text is analysed for the lexical part and not kept. */
export interface PassageEntry {
  readonly passageId: string;
  readonly documentId: string;
  readonly collectionId: string;
  /** Counts as the first sentence of the text. */
  readonly title: string;
  readonly text: string;
  /** Null when there is no encoder or it could not answer: the passage is then found by its words only. */
  readonly vector: readonly number[] | null;
}

/** How much the encoder adds to the words. */
export interface BlendWeights {
  /** Weight of the scaled cosine beside the lexical score scaled to 1 for the best passage; 0 switches it off. */
  readonly dense: number;
}

export interface PassageQuery {
  readonly query: string;
  /** Made by the embedder named when the index was opened; null searches words only. */
  readonly queryVector: readonly number[] | null;
  /** Only passages of these collections are looked at; empty finds nothing. */
  readonly collectionIds: readonly string[];
  /** 1 to 1,000. */
  readonly limit: number;
  readonly weights?: BlendWeights;
}

export interface PassageHit {
  readonly passageId: string;
  readonly documentId: string;
  readonly collectionId: string;
  /** BM25; 0 when the passage shares no term with the query. */
  readonly lexicalScore: number;
  /** Cosine, -1 to 1; null without a query vector or outside the encoder's best. */
  readonly denseScore: number | null;
  /** Blend of both; comparable only within one answer. */
  readonly score: number;
}

export interface IndexVersionInfo extends IndexModel {
  /** Counts upwards; never used twice for one index. */
  readonly version: number;
  readonly active: boolean;
  readonly passages: number;
  /** The average passage length, in terms, that BM25 scores are computed with now. */
  readonly averageLength: number;
  /** False where the engine stores finished weights: then the average is the one of the version's first upsert. */
  readonly averageLengthIsExact: boolean;
}

export type VectorIndexErrorCode =
  /** A vector has another length than the version was made for, or the version holds no vectors. */
  | 'DIMENSION_MISMATCH'
  /** The version holds vectors of another embedder than the one this handle was opened with. */
  | 'EMBEDDER_MISMATCH'
  /** A name, limit, vector or model that no index can take. */
  | 'INVALID_ARGUMENT'
  /** The version was activated already, abandoned, or pushed out by a newer one. */
  | 'VERSION_GONE'
  /** The database has no pgvector extension and may not create it; an index without an encoder still works. */
  | 'VECTORS_UNSUPPORTED'
  /** The engine did not answer in time, or answered what it must not. */
  | 'INDEX_UNAVAILABLE';

export class VectorIndexError extends Error {
  constructor(
    readonly code: VectorIndexErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'VectorIndexError';
  }
}

/** What can be written to one version of an index. */
export abstract class PassageWriter {
  /**
   * Adds passages, or replaces those of the same `passageId` whole; when it returns, searches find them. Doing it twice
   * changes nothing, and after a failure it must be done again: some may have been written. Entries with a wrong vector
   * are refused before anything is written, with DIMENSION_MISMATCH or EMBEDDER_MISMATCH; VERSION_GONE as named.
   */
  abstract upsert(entries: readonly PassageEntry[]): Promise<void>;
  /** Passages in it now. */
  abstract count(): Promise<number>;
}

/** A version that is being filled beside the active one and is not searched yet. */
export abstract class FillingVersion extends PassageWriter {
  abstract readonly version: number;
  /** Makes it the searched one in one step and drops the one before; running searches end undisturbed. */
  abstract activate(): Promise<void>;
  /** Drops it. Doing it twice, or after a newer version pushed it out, changes nothing. */
  abstract abandon(): Promise<void>;
}

/** An opened index. Writing and searching go to the version that is active at that moment. */
export abstract class PassageIndex extends PassageWriter {
  /** Forgets every passage of a document in every version, also in one that is being filled. */
  abstract deleteDocument(documentId: string): Promise<void>;
  /**
   * The best passages first, only from the given collections. When the active version has another embedder than this
   * handle, the words alone decide (`denseScore` null): a search never compares vectors of two models and never fails
   * because of a switch. Fails with DIMENSION_MISMATCH when the query vector has the wrong length for its own embedder.
   */
  abstract search(query: PassageQuery): Promise<readonly PassageHit[]>;
  /** The active version and, after it, the one being filled if there is one. */
  abstract versions(): Promise<readonly IndexVersionInfo[]>;
  /** Starts an empty version for a model; one that was still being filled is dropped. */
  abstract beginVersion(model: IndexModel): Promise<FillingVersion>;
  /** The version that is being filled, to go on after a restart; null when there is none. */
  abstract findFilling(): Promise<FillingVersion | null>;
}

/**
 * Finds passages by words (BM25) and by meaning (cosine of an encoder's vectors), inside the collections a caller may
 * read. Adapters: Postgres and PGlite with or without pgvector, Qdrant.
 */
export abstract class VectorIndex {
  /**
   * Opens the index of that name. When there is none it is created with an active, empty version of the given model;
   * an existing one keeps its model: compare `versions()` and use `beginVersion` to move to another.
   */
  abstract openIndex(definition: IndexDefinition): Promise<PassageIndex>;
  /** Resolves when the engine answers. */
  abstract check(signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
