import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PageQuery, ReadGrants } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { readableCollection, readerValues, type Reader } from '../access/reader.js';
import { rows } from '../database/rows.js';

export interface CollectionRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly sample: boolean;
  readonly roles: ReadGrants['roles'];
  readonly user_ids: string[];
  readonly document_count: number;
  readonly created_at: Date;
}

export interface NewCollection {
  readonly name: string;
  readonly description: string;
  readonly grants: ReadGrants;
  readonly sample?: boolean;
  /** Takes the uploads that name no collection. */
  readonly fallback?: boolean;
}

const columns = `c.id, c.name, c.description, c.sample, c.roles, c.user_ids, c.created_at,
  (SELECT count(*)::int FROM document d WHERE d.collection_id = c.id AND d.deleted_at IS NULL) AS document_count`;

@Injectable()
export class CollectionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Null when the name is taken, or when there is such a fallback or sample collection already. */
  async insert(collection: NewCollection, manager: EntityManager = this.dataSource.manager): Promise<string | null> {
    const { name, description, grants, sample = false, fallback = false } = collection;
    const [row] = await rows<{ id: string }>(manager,
      `INSERT INTO collection (id, name, description, sample, fallback, roles, user_ids) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING RETURNING id`,
      [randomUUID(), name, description, sample, fallback, grants.roles, grants.userIds]);
    return row?.id ?? null;
  }

  /** A live collection; with `lock` nobody deletes it before the transaction ends. */
  async find(id: string, { manager = this.dataSource.manager, lock = false }: { manager?: EntityManager; lock?: boolean | 'to-change' } = {}): Promise<CollectionRow | null> {
    const [row] = await rows<CollectionRow>(manager, `SELECT ${columns} FROM collection c WHERE c.id = $1 AND c.deleted_at IS NULL ${lock === 'to-change' ? 'FOR UPDATE OF c' : lock ? 'FOR SHARE OF c' : ''}`, [id]);
    return row ?? null;
  }

  async findFallback(manager: EntityManager): Promise<string | null> {
    const [row] = await rows<{ id: string }>(manager, 'SELECT id FROM collection WHERE fallback AND deleted_at IS NULL FOR SHARE');
    return row?.id ?? null;
  }

  async findSample(manager: EntityManager): Promise<{ id: string; deleted: boolean } | null> {
    const [row] = await rows<{ id: string; deleted: boolean }>(manager, 'SELECT id, deleted_at IS NOT NULL AS deleted FROM collection WHERE sample');
    return row ?? null;
  }

  async isEmpty(): Promise<boolean> {
    const [row] = await rows<{ some: boolean }>(this.dataSource, 'SELECT EXISTS (SELECT FROM collection) AS some');
    return !row?.some;
  }

  async page(reader: Reader, { page, pageSize }: PageQuery): Promise<{ items: CollectionRow[]; total: number }> {
    const values = readerValues(reader);
    const items = await rows<CollectionRow>(this.dataSource,
      `SELECT ${columns} FROM collection c WHERE ${readableCollection} ORDER BY c.created_at, c.id LIMIT $5 OFFSET $6`, [...values, pageSize, (page - 1) * pageSize]);
    const [count] = await rows<{ total: number }>(this.dataSource, `SELECT count(*)::int AS total FROM collection c WHERE ${readableCollection}`, values);
    return { items, total: count?.total ?? 0 };
  }

  async locked(reader: Reader): Promise<{ collectionId: string; name: string }[]> {
    return rows(this.dataSource, `SELECT c.id AS "collectionId", c.name FROM collection c WHERE c.deleted_at IS NULL AND NOT ${readableCollection} ORDER BY c.name, c.id`, readerValues(reader));
  }

  /** Deleted ones, too. */
  async named(ids: readonly string[]): Promise<{ collectionId: string; name: string }[]> {
    return rows(this.dataSource, 'SELECT id AS "collectionId", name FROM collection WHERE id = ANY ($1::uuid[])', [ids]);
  }

  async readable(reader: Reader): Promise<{ collectionId: string; name: string }[]> {
    return rows(this.dataSource, `SELECT c.id AS "collectionId", c.name FROM collection c WHERE ${readableCollection} ORDER BY c.created_at, c.id`, readerValues(reader));
  }

  async changeGrants(manager: EntityManager, id: string, { roles, userIds }: ReadGrants): Promise<boolean> {
    const changed = await rows(manager, 'UPDATE collection SET roles = $2, user_ids = $3 WHERE id = $1 AND deleted_at IS NULL RETURNING id', [id, roles, userIds]);
    return changed.length > 0;
  }

  async markDeleted(manager: EntityManager, id: string): Promise<boolean> {
    const deleted = await rows(manager, 'UPDATE collection SET deleted_at = clock_timestamp() WHERE id = $1 AND deleted_at IS NULL RETURNING id', [id]);
    return deleted.length > 0;
  }

  async count(): Promise<number> {
    const [row] = await rows<{ total: number }>(this.dataSource, 'SELECT count(*)::int AS total FROM collection WHERE deleted_at IS NULL');
    return row?.total ?? 0;
  }
}
