import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readableCollection, readerValues, type Reader } from '../access/reader.js';
import { rows } from '../database/rows.js';

export interface PassageRow {
  readonly id: string;
  readonly document_id: string;
  readonly collection_id: string;
  readonly title: string;
  readonly version: number;
  readonly page: number;
  readonly heading: string | null;
  readonly text: string;
  readonly range_start: number;
  readonly range_end: number;
}

@Injectable()
export class PassagesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those of the passages that are of ready, live documents the reader may read, whatever the index said. */
  async readable(reader: Reader, ids: readonly string[]): Promise<Map<string, PassageRow>> {
    const found = await rows<PassageRow>(this.dataSource,
      `SELECT p.id, p.document_id, d.collection_id, d.title, d.version, p.page, p.heading, p.text, p.range_start, p.range_end
       FROM passage p JOIN document d ON d.id = p.document_id JOIN collection c ON c.id = d.collection_id
       WHERE p.id = ANY ($5::uuid[]) AND d.stage = 'ready' AND d.deleted_at IS NULL AND ${readableCollection}`,
      [...readerValues(reader), ids]);
    return new Map(found.map((row) => [row.id, row]));
  }

  async count(): Promise<number> {
    const [row] = await rows<{ total: number }>(this.dataSource, 'SELECT count(*)::int AS total FROM passage');
    return row?.total ?? 0;
  }
}
