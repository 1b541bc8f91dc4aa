import { embedderPart } from '@voiceassist/ai';
import { kb } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, jobsPart, messagingMigrations, noteForAudit, outboxPart } from '@voiceassist/messaging';
import { blobsPart, DataKeyRow, encryptionMigrations, fieldCipherPart, sqlPart, vectorIndexMigrations, vectorIndexPart } from '@voiceassist/storage';
import { CollectionKeys } from './collections/collection-keys.js';
import { CollectionsHandlers } from './collections/collections.handlers.js';
import { CollectionsRepository } from './collections/collections.repository.js';
import { CollectionsService } from './collections/collections.service.js';
import { DocumentChanges } from './documents/document-changes.js';
import { DocumentFiles } from './documents/document-files.js';
import { DocumentRemoval } from './documents/document-removal.js';
import { DocumentsHandlers } from './documents/documents.handlers.js';
import { DocumentsRepository } from './documents/documents.repository.js';
import { DocumentsService } from './documents/documents.service.js';
import { FileMoves } from './documents/file-moves.service.js';
import { ProgressWatch } from './documents/progress-watch.js';
import { Extractor } from './extraction/extractor.js';
import { openExtractor } from './extraction/open-extractor.js';
import { Housekeeping } from './housekeeping.service.js';
import { IngestionHandlers } from './ingestion/ingestion.handlers.js';
import { IngestionRepository } from './ingestion/ingestion.repository.js';
import { IngestionService } from './ingestion/ingestion.service.js';
import { PassageEncoder } from './ingestion/passage-encoder.js';
import { PurgeService } from './ingestion/purge.service.js';
import { KbConfig } from './kb.config.js';
import { KnowledgeMetrics } from './knowledge.metrics.js';
import { CreateKnowledgeBase1763800300000 } from './migrations/1763800300000-create-knowledge-base.migration.js';
import { KeepGivenTitles1764200000000 } from './migrations/1764200000000-keep-given-titles.migration.js';
import { ScanGate } from './scanning/scan-gate.service.js';
import { Quarantine } from './scanning/quarantine.service.js';
import { scannerPart } from './scanning/scanner.part.js';
import { SamplesService } from './samples/samples.service.js';
import { knowledgeIndexPart } from './search/knowledge-index-part.js';
import { PassagesRepository } from './search/passages.repository.js';
import { Reindexer } from './search/reindexer.js';
import { SearchHandlers } from './search/search.handlers.js';
import { SearchService } from './search/search.service.js';

/** Documents: taken in, read, cut into passages, searched within what the asker may read. */
@ServiceModule({
  name: 'kb-indexer',
  configs: [KbConfig],
  uses: [
    busPart(kb.$service),
    sqlPart({ schema: 'kb_indexer', entities: [DataKeyRow], migrations: [...messagingMigrations, ...encryptionMigrations, ...vectorIndexMigrations, CreateKnowledgeBase1763800300000, KeepGivenTitles1764200000000] }),
    fieldCipherPart(),
    blobsPart(),
    scannerPart(),
    embedderPart({ note: noteForAudit }),
    vectorIndexPart(),
    knowledgeIndexPart(),
    outboxPart(kb.$service),
    jobsPart(kb.$service),
  ],
  controllers: [CollectionsHandlers, DocumentsHandlers, SearchHandlers, IngestionHandlers],
  providers: [
    CollectionsRepository, DocumentsRepository, IngestionRepository, PassagesRepository,
    CollectionsService, CollectionKeys, DocumentsService, FileMoves, DocumentRemoval, DocumentChanges, DocumentFiles, ProgressWatch,
    IngestionService, ScanGate, Quarantine, PassageEncoder, PurgeService, SearchService, Reindexer, SamplesService, Housekeeping, KnowledgeMetrics,
    {
      provide: Extractor,
      inject: [KbConfig],
      useFactory: (config: KbConfig) => openExtractor({ timeoutMs: config.PARSE_TIMEOUT_MS, memoryMegabytes: config.PARSE_MEMORY_MB }),
    },
  ],
})
export class KbIndexerModule {}
