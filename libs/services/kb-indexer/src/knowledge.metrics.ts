import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { IngestionStage } from '@voiceassist/contracts';
import { metricsOf, observeMetrics } from '@voiceassist/kit';
import { DocumentsRepository } from './documents/documents.repository.js';
import { IngestionRepository } from './ingestion/ingestion.repository.js';
import { PassagesRepository } from './search/passages.repository.js';

const metrics = metricsOf('kb-indexer');
const documents = metrics.gauge({ name: 'kb_documents', labels: { state: IngestionStage.options }, description: 'Documents that are not deleted, by state.' });
const passages = metrics.gauge({ name: 'kb_passages', description: 'Passages cut from documents; counted once a minute.' });
const oldest = metrics.gauge({ name: 'kb_ingestion_oldest_unfinished_age_seconds', unit: 's', description: 'Age of the oldest document that is still to be read; 0 when there is none.' });

const keptMs = 60_000;

/** Shows how much the knowledge base holds and what waits to be read. */
@Injectable()
export class KnowledgeMetrics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stops: (() => void)[] = [];

  constructor(
    private readonly documents: DocumentsRepository,
    private readonly ingestion: IngestionRepository,
    private readonly passages: PassagesRepository,
  ) {}

  onApplicationBootstrap(): void {
    const documentStates = observeMetrics({
      of: [documents, oldest],
      read: async (see) => {
        const counts = new Map((await this.documents.countByStage()).map(({ stage, total }) => [stage, total]));
        for (const state of IngestionStage.options) see(documents, counts.get(state) ?? 0, { state });
        see(oldest, await this.ingestion.oldestUnfinishedSeconds());
      },
    });
    // counting millions of rows costs the database something
    this.stops = [documentStates, observeMetrics({ of: [passages], keptMs, read: async (see) => see(passages, await this.passages.count()) })];
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.stops) stop();
  }
}
