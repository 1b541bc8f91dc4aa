import { Injectable } from '@nestjs/common';
import type { PassageWriter } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import { PassageEncoder } from '../ingestion/passage-encoder.js';
import { KnowledgeIndex } from './knowledge-index.js';

export interface ReindexProgress {
  /** Documents done. */
  readonly documents: number;
  /** Documents found until now; grows when some become ready meanwhile. */
  readonly documentsFound: number;
  /** Passages of the documents done. */
  readonly passages: number;
}

interface ReadyDocument {
  readonly documentId: string;
  readonly collectionId: string;
  readonly title: string;
}

interface Round {
  /** Documents indexed at this time or later, as Postgres writes it. */
  readonly since: string;
  readonly signal: AbortSignal;
  readonly foundMore?: (documents: number) => void;
  readonly note?: (passages: number) => void;
}

/** Encodes all passages anew into a version beside the searched one, and switches when it is complete. */
@Injectable()
export class Reindexer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly encoder: PassageEncoder,
    private readonly index: KnowledgeIndex,
  ) {}

  /** Searches are answered by the old version until the switch. Running it again after an interruption goes on with what is encoded. */
  async reindex(signal: AbortSignal, onDocument: (progress: ReindexProgress) => void = () => undefined): Promise<ReindexProgress> {
    const filling = await this.index.passages.beginVersion(this.index.model);
    const total = { documents: 0, documentsFound: 0, passages: 0 };
    const foundMore = (documents: number) => {
      total.documentsFound += documents;
    };
    const note = (passages: number) => {
      total.documents += 1;
      total.passages += passages;
      onDocument({ ...total });
    };
    let since = '-infinity';
    // Documents that became ready while this ran are taken in further rounds, until a round finds none.
    for (let found = 1; found > 0; ) {
      const begun = await this.now();
      found = await this.fill(filling, { since, signal, foundMore, note });
      since = begun;
    }
    await filling.activate();
    this.index.forgetFit();
    await this.fill(this.index.passages, { since, signal });
    return total;
  }

  private async now(): Promise<string> {
    const [row] = await rows<{ now: string }>(this.dataSource, 'SELECT clock_timestamp()::text AS now');
    return row!.now; // one row always
  }

  private async fill(writer: PassageWriter, { since, signal, foundMore, note }: Round): Promise<number> {
    const ready = await rows<ReadyDocument>(this.dataSource,
      `SELECT id AS "documentId", collection_id AS "collectionId", title FROM document WHERE stage = 'ready' AND deleted_at IS NULL AND indexed_at >= $1::timestamptz ORDER BY indexed_at, id`, [since]);
    foundMore?.(ready.length);
    for (const document of ready) {
      await this.encoder.encodeMissing(document, { signal });
      let passages = 0;
      for await (const entries of this.encoder.entries(document)) {
        signal.throwIfAborted();
        await writer.upsert(entries);
        passages += entries.length;
      }
      note?.(passages);
    }
    return ready.length;
  }
}
