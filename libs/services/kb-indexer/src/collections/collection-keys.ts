import { Injectable } from '@nestjs/common';
import { FieldCipher, type ScopeCipher } from '@voiceassist/storage';
import type { EntityManager } from 'typeorm';
import { CollectionsRepository } from './collections.repository.js';

const scopeOf = (collectionId: string) => `collection/${collectionId}`;

/** Each collection has a data key of its own on which its files hang: without it none of them can be read, nor any copy of them. */
@Injectable()
export class CollectionKeys {
  constructor(
    private readonly fields: FieldCipher,
    private readonly collections: CollectionsRepository,
  ) {}

  /** Null when there is no such collection (any more): a destroyed key is never made again. */
  async toWrite(collectionId: string): Promise<ScopeCipher | null> {
    return this.collections.transaction(async (manager) => {
      const live = await this.collections.find(collectionId, { manager, lock: true });
      return live && this.fields.toWrite(scopeOf(collectionId), manager);
    });
  }

  async toRead(collectionId: string): Promise<ScopeCipher> {
    return this.fields.toRead(scopeOf(collectionId));
  }

  async destroy(manager: EntityManager, collectionId: string): Promise<void> {
    await this.fields.destroy(scopeOf(collectionId), manager);
  }
}
