import { Injectable } from '@nestjs/common';
import { Embedder } from '@voiceassist/ai';
import { countCacheRequest, type Call } from '@voiceassist/kit';
import type { PassageEntry } from '@voiceassist/storage';
import { IngestionRepository, type StoredPassage } from './ingestion.repository.js';
import { packVector, unpackVector } from './passage-vectors.js';

export interface PassagesOf {
  readonly documentId: string;
  readonly collectionId: string;
  readonly title: string;
}

const textsPerBatch = 32;
const passagesPerPortion = 100;

/** What is searched of a passage beside its title: where it stands and what it says. */
const searchedText = ({ heading, text }: StoredPassage) => (heading === null ? text : `${heading}\n${text}`);

/** Gives stored passages their meanings, keeps them, and hands them over as entries of the index. */
@Injectable()
export class PassageEncoder {
  constructor(
    private readonly embedder: Embedder,
    private readonly passages: IngestionRepository,
  ) {}

  get enabled(): boolean {
    return this.embedder.enabled;
  }

  /** Encodes what this encoder has not encoded yet; each batch is kept, so that an interrupted run goes on where it was. */
  async encodeMissing({ documentId, title }: PassagesOf, control: { signal: AbortSignal; call?: Call; onBatch?: (done: number, total: number) => Promise<void> }): Promise<void> {
    if (!this.embedder.enabled) return;
    const total = await this.passages.countPassages(documentId);
    let encoded = 0;
    let portion = await this.passages.withoutEmbedding(documentId, this.embedder.id, textsPerBatch);
    while (portion.length > 0) {
      control.signal.throwIfAborted();
      const vectors = await this.embedder.embed(portion.map((passage) => `${title}. ${searchedText(passage)}`), control.signal, control.call);
      await this.passages.storeEmbeddings(this.embedder.id, portion.map(({ id }, index) => ({ id, embedding: packVector(vectors[index]!) })));
      encoded += portion.length;
      await control.onBatch?.(portion.at(-1)!.ordinal + 1, total);
      portion = await this.passages.withoutEmbedding(documentId, this.embedder.id, textsPerBatch);
    }
    countCacheRequest({ cache: 'passage-embeddings', tier: 'database', isHit: true, times: total - encoded });
    countCacheRequest({ cache: 'passage-embeddings', tier: 'database', isHit: false, times: encoded });
  }

  /** A document's passages in portions, as the index takes them. */
  async *entries({ documentId, collectionId, title }: PassagesOf): AsyncGenerator<PassageEntry[], void, undefined> {
    for (let from = 0; ; ) {
      const portion = await this.passages.passages(documentId, { from, limit: passagesPerPortion });
      if (portion.length === 0) return;
      yield portion.map((passage) => ({ passageId: passage.id, documentId, collectionId, title, text: searchedText(passage), vector: this.vectorOf(passage) }));
      from = portion.at(-1)!.ordinal + 1;
    }
  }

  private vectorOf({ embedder_id: embedderId, embedding }: StoredPassage): number[] | null {
    return embedding !== null && this.embedder.enabled && embedderId === this.embedder.id ? unpackVector(embedding) : null;
  }
}
