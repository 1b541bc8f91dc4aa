import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { kb, paginationOf, type Collection, type PageQuery, type ParsedInputOf } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { readerOf, type Reader } from '../access/reader.js';
import { DocumentRemoval } from '../documents/document-removal.js';
import { CollectionKeys } from './collection-keys.js';
import { CollectionsRepository, type CollectionRow } from './collections.repository.js';

const everybody = { roles: ['clinician', 'nurse', 'researcher', 'viewer'] as const, userIds: [] };

function toCollection(row: CollectionRow): Collection {
  return {
    collectionId: row.id, name: row.name, description: row.description, sample: row.sample,
    grants: { roles: row.roles, userIds: row.user_ids }, documentCount: row.document_count, createdAt: row.created_at.toISOString(),
  };
}

/** As a reader sees it: names are masked as documents are, and who else may read is for those who may read everything. */
function toCollectionFor(row: CollectionRow, { everything, userId, show }: Reader): Collection {
  const whole = toCollection(row);
  const userIds = everything ? row.user_ids : row.user_ids.filter((id) => id === userId);
  return { ...whole, name: show(whole.name), description: show(whole.description), grants: { ...whole.grants, userIds } };
}

@Injectable()
export class CollectionsService implements OnApplicationBootstrap {
  constructor(
    private readonly collections: CollectionsRepository,
    private readonly removal: DocumentRemoval,
    private readonly keys: CollectionKeys,
  ) {}

  /** The first start finds a place for uploads; one that was deleted on purpose does not come back by itself. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.collections.isEmpty()) await this.collections.transaction((manager) => this.fallback(manager));
  }

  async list(query: PageQuery, call: Call) {
    const reader = readerOf(call.actor);
    const { items, total } = await this.collections.page(reader, query);
    return { items: items.map((row) => toCollectionFor(row, reader)), pagination: paginationOf(query, total) };
  }

  async listLocked(call: Call) {
    return { collections: await this.collections.locked(readerOf(call.actor)) };
  }

  async named(collectionIds: readonly string[]) {
    return { collections: await this.collections.named(collectionIds) };
  }

  async create(input: ParsedInputOf<typeof kb.createCollection>, call: Call): Promise<Collection> {
    return this.collections.transaction(async (manager) => {
      const id = await this.collections.insert(input, manager);
      const row = id && (await this.collections.find(id, { manager }));
      if (!row) throw failure(kb.createCollection, 'COLLECTION_NAME_TAKEN', 'There is a collection of that name already.', { field: 'name' });
      const made = toCollection(row);
      noteChange(call, { after: made });
      return made;
    });
  }

  changeGrants({ collectionId, grants }: ParsedInputOf<typeof kb.changeGrants>, call: Call): Promise<Collection> {
    return this.collections.transaction(async (manager) => {
      const row = await this.collections.find(collectionId, { manager, lock: 'to-change' });
      if (!row) throw failure(kb.changeGrants, 'COLLECTION_NOT_FOUND', 'There is no such collection.');
      await this.collections.changeGrants(manager, collectionId, grants);
      const before = toCollection(row);
      const after = { ...before, grants };
      noteChange(call, { before: { collectionId, grants: before.grants }, after: { collectionId, grants } });
      return after;
    });
  }

  async delete(collectionId: string, call: Call): Promise<void> {
    await this.collections.transaction(async (manager) => {
      const row = await this.collections.find(collectionId, { manager });
      if (row) noteChange(call, { before: toCollection(row) });
      const deleted = await this.collections.markDeleted(manager, collectionId);
      if (!deleted) throw failure(kb.deleteCollection, 'COLLECTION_NOT_FOUND', 'There is no such collection.');
      await this.removal.removeAllOf(manager, collectionId, call);
      await this.keys.destroy(manager, collectionId);
    });
  }

  /** The collection of uploads that name none; made anew when it is gone. */
  async fallback(manager: EntityManager): Promise<string> {
    const found = await this.collections.findFallback(manager);
    if (found) return found;
    const base = { description: 'Documents that were uploaded without choosing a collection.', grants: { roles: [...everybody.roles], userIds: [] }, fallback: true };
    // A collection of that name may exist beside; a number keeps names apart. Whoever loses a race finds the winner's.
    for (let number = 1; ; number += 1) {
      const id = (await this.collections.insert({ ...base, name: number === 1 ? 'General' : `General ${number}` }, manager)) ?? (await this.collections.findFallback(manager));
      if (id) return id;
    }
  }
}
