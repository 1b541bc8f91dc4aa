import { Controller } from '@nestjs/common';
import { kb, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { CollectionsRepository } from '../collections/collections.repository.js';
import { DocumentsRepository } from '../documents/documents.repository.js';
import { PassagesRepository } from './passages.repository.js';
import { SearchService } from './search.service.js';

@Controller()
export class SearchHandlers {
  constructor(
    private readonly search: SearchService,
    private readonly collections: CollectionsRepository,
    private readonly documents: DocumentsRepository,
    private readonly passages: PassagesRepository,
  ) {}

  @Handles(kb.searchPassages)
  async searchPassages(input: ParsedInputOf<typeof kb.searchPassages>, call: Call) {
    return this.search.search(input, call);
  }

  @Handles(kb.readPassages)
  async readPassages({ passageIds }: ParsedInputOf<typeof kb.readPassages>, call: Call) {
    return { passages: await this.search.read(passageIds, call) };
  }

  @Handles(kb.countKnowledge)
  async countKnowledge() {
    const stages = await this.documents.countByStage();
    return {
      collections: await this.collections.count(),
      documents: stages.reduce((sum, { total }) => sum + total, 0),
      passages: await this.passages.count(),
      byStage: Object.fromEntries(stages.map(({ stage, total }) => [stage, total])),
    };
  }
}
