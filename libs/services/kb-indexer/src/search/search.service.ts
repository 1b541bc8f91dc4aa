import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Embedder, isPhiBlocked } from '@voiceassist/ai';
import { kb, type ParsedInputOf, type Passage } from '@voiceassist/contracts';
import { failure, ServiceLogger, type Call } from '@voiceassist/kit';
import { VectorIndexError, type PassageHit } from '@voiceassist/storage';
import { readerOf, type Reader } from '../access/reader.js';
import { CollectionsRepository } from '../collections/collections.repository.js';
import { KbConfig } from '../kb.config.js';
import { KnowledgeIndex } from './knowledge-index.js';
import { PassagesRepository, type PassageRow } from './passages.repository.js';
import { counted, timed } from './search.metrics.js';

type Search = ParsedInputOf<typeof kb.searchPassages>;
type Scores = Pick<Passage, 'score' | 'lexicalScore' | 'denseScore'>;

/** Hits asked for beyond the limit at first, and at most: some may belong to documents that were just removed. */
const spareHits = 8;
const mostHits = 1000;

function toPassage(row: PassageRow, { score, lexicalScore, denseScore }: Scores, { show }: Reader): Passage {
  return {
    passageId: row.id, documentId: row.document_id, collectionId: row.collection_id, documentTitle: show(row.title), documentVersion: row.version,
    page: row.page, heading: row.heading && show(row.heading), text: show(row.text), range: { start: row.range_start, end: row.range_end }, score, lexicalScore, denseScore,
  };
}

@Injectable()
export class SearchService implements OnApplicationBootstrap {
  constructor(
    private readonly collections: CollectionsRepository,
    private readonly passages: PassagesRepository,
    private readonly index: KnowledgeIndex,
    private readonly embedder: Embedder,
    private readonly config: KbConfig,
    private readonly logger: ServiceLogger,
  ) {}

  /** Loads the encoder beforehand, so that the first question already finds it; the start does not wait for it. */
  onApplicationBootstrap(): void {
    this.embedder.prepare();
  }

  async search(search: Search, call: Call) {
    const begun = performance.now();
    const found = await counted(() => this.find(search, call));
    this.logger.info('passages searched', { passages: found.passages.length, collections: found.searchedCollections.length, durationMs: Math.round((performance.now() - begun) * 10) / 10 });
    return found;
  }

  private async find({ query, collectionIds, limit }: Search, call: Call) {
    const reader = readerOf(call.actor);
    const searched = await timed('collections', () => this.searchable(reader, collectionIds));
    await this.index.requireReady();
    if (searched.length === 0) return { passages: [], searchedCollections: [] };
    const queryVector = await timed('encode', () => this.encode(query, call));
    const passages = await this.found(reader, { query, queryVector, limit, collectionIds: searched.map(({ collectionId }) => collectionId) });
    return { passages, searchedCollections: searched.map(({ collectionId, name }) => ({ collectionId, name: reader.show(name) })) };
  }

  async read(passageIds: readonly string[], call: Call): Promise<Passage[]> {
    const reader = readerOf(call.actor);
    const rows = await this.passages.readable(reader, passageIds);
    return passageIds.flatMap((id) => {
      const row = rows.get(id);
      return row ? [toPassage(row, { score: 0, lexicalScore: 0, denseScore: null }, reader)] : [];
    });
  }

  /** Everything the reader may read, or what was asked for of it; asking for anything else fails as if it did not exist. */
  private async searchable(reader: Reader, asked: readonly string[] | undefined) {
    const readable = await this.collections.readable(reader);
    if (!asked) return readable;
    const chosen = readable.filter(({ collectionId }) => asked.includes(collectionId));
    if (chosen.length < new Set(asked).size) throw failure(kb.searchPassages, 'COLLECTION_NOT_FOUND', 'There is no such collection.', { field: 'collectionIds' });
    return chosen;
  }

  /** The question's meaning; null when there is no encoder, or when it does not answer in time: then it is said so, and words decide. */
  private async encode(query: string, call: Call): Promise<number[] | null> {
    if (!this.embedder.enabled) return null;
    const timeout = AbortSignal.timeout(Math.max(1, Math.min(this.config.QUERY_ENCODING_TIMEOUT_MS, call.remainingMs / 2)));
    try {
      const [vector] = await this.embedder.embed([query], AbortSignal.any([call.signal, timeout]), call);
      this.index.encoderAnswered(null);
      return vector?.some((value) => value !== 0) ? vector : null;
    } catch (error) {
      call.signal.throwIfAborted();
      // by policy the question stays here: words decide, and nothing is wrong with the encoder
      if (isPhiBlocked(error)) return null;
      this.index.encoderAnswered(error instanceof Error ? error : new Error('unknown'));
      this.logger.warn('the encoder did not answer a search, words alone decide', { err: error });
      return null;
    }
  }

  private async found(reader: Reader, asked: Search & { queryVector: number[] | null; collectionIds: string[] }): Promise<Passage[]> {
    for (let wanted = asked.limit + spareHits; ; wanted = Math.min(mostHits, wanted * 4)) {
      const hits = await timed('index', () => this.hits({ ...asked, limit: wanted }));
      const rows = await timed('passages', () => this.passages.readable(reader, hits.map(({ passageId }) => passageId)));
      const passages = hits.flatMap((hit) => {
        const row = rows.get(hit.passageId);
        return row ? [toPassage(row, hit, reader)] : [];
      });
      if (passages.length >= asked.limit || hits.length < wanted || wanted === mostHits) return passages.slice(0, asked.limit);
    }
  }

  private async hits(query: Parameters<KnowledgeIndex['passages']['search']>[0]): Promise<readonly PassageHit[]> {
    try {
      return await this.index.passages.search(query);
    } catch (error) {
      if (!(error instanceof VectorIndexError)) throw error;
      this.index.forgetFit();
      this.logger.error('the index could not be searched', { code: error.code, err: error });
      throw failure(kb.searchPassages, 'INDEX_NOT_READY', 'The search index cannot answer now. Try again later.', { cause: error });
    }
  }
}
