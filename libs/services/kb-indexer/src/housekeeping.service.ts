import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { kb } from '@voiceassist/contracts';
import { Call, ServiceLogger } from '@voiceassist/kit';
import { Jobs } from '@voiceassist/messaging';
import { DocumentChanges } from './documents/document-changes.js';
import { DocumentFiles } from './documents/document-files.js';
import { DocumentsRepository } from './documents/documents.repository.js';
import { FileMoves } from './documents/file-moves.service.js';
import { interrupted } from './ingestion/failure-reason.js';
import { countIngestion } from './ingestion/ingestion.metrics.js';
import { IngestionRepository } from './ingestion/ingestion.repository.js';
import { KbConfig } from './kb.config.js';

/** A document that did not move for so long may have lost its job. */
const quietMs = 3_000;
const keysPerQuestion = 500;
const blobSweepMs = 600_000;
const moveEveryMs = 3_600_000;

/** Brings every ingestion to an end, also when its worker died on the last attempt, every removal too, and deletes files that nobody needs. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> | null = null;
  private nextBlobSweep = 0;
  private nextMove = 0;

  constructor(
    private readonly config: KbConfig,
    private readonly documents: DocumentsRepository,
    private readonly repository: IngestionRepository,
    private readonly files: DocumentFiles,
    private readonly moves: FileMoves,
    private readonly jobs: Jobs,
    private readonly changes: DocumentChanges,
    private readonly logger: ServiceLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.clean().finally(() => (this.running = null));
    }, this.config.KB_HOUSEKEEPING_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async clean(): Promise<void> {
    try {
      await this.endInterrupted();
      await this.moveFiles();
      if (Date.now() < this.nextBlobSweep) return;
      this.nextBlobSweep = Date.now() + Math.min(blobSweepMs, this.config.ORPHANED_BLOB_AGE_MS);
      await this.purgeForgotten();
      await this.removeOrphanedFiles();
    } catch (error) {
      this.logger.warn('housekeeping failed, it is tried again', { err: error });
    }
  }

  private async moveFiles(): Promise<void> {
    if (Date.now() < this.nextMove) return;
    await this.moves.round();
    this.nextMove = Date.now() + moveEveryMs;
  }

  /** The row of the job knows whether anybody still works on a document; a row that is gone is made again. */
  private async endInterrupted(): Promise<void> {
    for (const documentId of await this.repository.quietInWork(quietMs)) {
      await this.repository.transaction(async (manager) => {
        const job = await this.jobs.state(manager, kb.ingestDocument, documentId);
        if (job?.state === 'queued' || job?.state === 'running') return;
        if (job === null) await this.jobs.enqueue(manager, kb.ingestDocument, { documentId }, { key: documentId, call: Call.asService('kb-indexer') });
        else if (await this.repository.markFailed(manager, documentId, interrupted)) countIngestion('failed', interrupted.code);
      });
      this.changes.tell(documentId);
    }
  }

  /** A purge may have used up its attempts while the index was away for long. */
  private async purgeForgotten(): Promise<void> {
    for (const document of await this.repository.notYetPurged(quietMs)) {
      await this.repository.transaction(async (manager) => {
        const job = await this.jobs.state(manager, kb.purgeDocument, document.documentId);
        if (job?.state === 'queued' || job?.state === 'running') return;
        await this.jobs.enqueue(manager, kb.purgeDocument, document, { key: document.documentId, call: Call.asService('kb-indexer') });
      });
    }
  }

  private async removeOrphanedFiles(): Promise<void> {
    let keys: string[] = [];
    for await (const key of this.files.storedBefore(this.config.ORPHANED_BLOB_AGE_MS)) {
      keys.push(key);
      if (keys.length < keysPerQuestion) continue;
      await this.removeUnknown(keys);
      keys = [];
    }
    await this.removeUnknown(keys);
  }

  private async removeUnknown(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const known = await this.documents.knownBlobKeys(keys);
    const orphaned = keys.filter((key) => !known.has(key));
    for (const key of orphaned) await this.files.remove(key);
    if (orphaned.length > 0) this.logger.info('removed files that belong to no document', { files: orphaned.length });
  }
}
