import { Controller } from '@nestjs/common';
import { kb, type PayloadOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles, type JobWork } from '@voiceassist/messaging';
import { IngestionService } from './ingestion.service.js';
import { PurgeService } from './purge.service.js';

@Controller()
export class IngestionHandlers {
  constructor(
    private readonly ingestion: IngestionService,
    private readonly purging: PurgeService,
  ) {}

  @Handles(kb.ingestDocument)
  async ingest({ documentId }: PayloadOf<typeof kb.ingestDocument>, call: Call, work: JobWork) {
    await this.ingestion.ingest(documentId, call, work);
  }

  @Handles(kb.purgeDocument)
  async purge({ documentId, blobKey }: PayloadOf<typeof kb.purgeDocument>) {
    await this.purging.purge(documentId, blobKey);
  }
}
