import { Injectable } from '@nestjs/common';
import { kb } from '@voiceassist/contracts';
import { ServiceLogger, type Call } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';

const longestMs = 2_000;

/** Names of collections as the knowledge base knows them now; nothing of them is kept here. */
@Injectable()
export class CollectionNames {
  constructor(
    private readonly bus: Bus,
    private readonly logger: ServiceLogger,
  ) {}

  /** A list is shown without names rather than not at all. */
  async of(collectionIds: readonly string[], call: Call): Promise<ReadonlyMap<string, string>> {
    if (collectionIds.length === 0) return new Map();
    try {
      const asked = call.with({ actor: { type: 'service', service: 'auth' }, deadline: Math.min(call.deadline, Date.now() + longestMs) });
      const { collections } = await this.bus.client(kb).nameCollections({ collectionIds: [...new Set(collectionIds)] }, asked);
      return new Map(collections.map(({ collectionId, name }) => [collectionId, name]));
    } catch (error) {
      this.logger.warn('emergency accesses are shown without the names of their collections', { err: error });
      return new Map();
    }
  }
}
