import { Controller } from '@nestjs/common';
import { kb, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles, type JobWork } from '@voiceassist/messaging';
import { Quarantine } from '../scanning/quarantine.service.js';
import { IngestionService } from './ingestion.service.js';
import { PurgeService } from './purge.service.js';

@Controller()
export class IngestionHandlers {
  constructor(
    private readonly ingestion: IngestionService,
    private readonly purging: PurgeService,
    private readonly quarantine: Quarantine,
  ) {}

  @Handles(kb.ingestDocument)
  async ingest({ documentId }: PayloadOf<typeof kb.ingestDocument>, call: Call, work: JobWork) {
    await this.ingestion.ingest(documentId, call, work);
  }

  @Handles(kb.quarantineDocument)
  async quarantineDocument({ documentId }: ParsedInputOf<typeof kb.quarantineDocument>) {
    await this.quarantine.take(documentId);
    return {};
  }

  @Handles(kb.purgeDocument)
  async purge({ documentId, blobKey }: PayloadOf<typeof kb.purgeDocument>) {
    await this.purging.purge(documentId, blobKey);
  }
}
