import { Controller } from '@nestjs/common';
import { kb, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { CollectionsService } from './collections.service.js';

@Controller()
export class CollectionsHandlers {
  constructor(private readonly collections: CollectionsService) {}

  @Handles(kb.listCollections)
  async list(query: ParsedInputOf<typeof kb.listCollections>, call: Call) {
    return this.collections.list(query, call);
  }

  @Handles(kb.listLockedCollections)
  async listLocked(_: object, call: Call) {
    return this.collections.listLocked(call);
  }

  @Handles(kb.nameCollections)
  async name({ collectionIds }: ParsedInputOf<typeof kb.nameCollections>) {
    return this.collections.named(collectionIds);
  }

  @Handles(kb.createCollection)
  async create(input: ParsedInputOf<typeof kb.createCollection>, call: Call) {
    return this.collections.create(input, call);
  }

  @Handles(kb.changeGrants)
  async changeGrants(input: ParsedInputOf<typeof kb.changeGrants>, call: Call) {
    return this.collections.changeGrants(input, call);
  }

  @Handles(kb.deleteCollection)
  async delete({ collectionId }: ParsedInputOf<typeof kb.deleteCollection>, call: Call) {
    await this.collections.delete(collectionId, call);
    return {};
  }
}
