import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { kb, type ExtractionReport } from '@voiceassist/contracts';
import { ServiceLogger, type Call } from '@voiceassist/kit';
import { noteForAudit, Outbox, type JobWork } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { DocumentChanges } from '../documents/document-changes.js';
import { DocumentFiles } from '../documents/document-files.js';
import type { DocumentRow } from '../documents/document-row.js';
import { DocumentsRepository } from '../documents/documents.repository.js';
import type { ExtractedDocument } from '../extraction/extracted-document.js';
import { Extractor } from '../extraction/extractor.js';
import { KnowledgeIndex } from '../search/knowledge-index.js';
import { Quarantine } from '../scanning/quarantine.service.js';
import { MalwareFound, ScanGate } from '../scanning/scan-gate.service.js';
import { isPermanent, reasonFor } from './failure-reason.js';
import { countIngestion, countPages, timedStage } from './ingestion.metrics.js';
import { IngestionRepository } from './ingestion.repository.js';
import { IngestionStopped } from './ingestion-stopped.js';
import { PassageEncoder } from './passage-encoder.js';
import { Pace } from './pace.js';
import { isFinal, progressIn, type WorkingStage } from './stages.js';

interface Attempt {
  /** As it was when the attempt began; its title may change with its text. */
  document: DocumentRow;
  readonly call: Call;
  readonly work: JobWork;
  readonly pace: Pace;
}

function reportOf({ pages, warnings }: ExtractedDocument): ExtractionReport {
  return {
    pages: pages.length,
    pagesWithoutText: pages.filter(({ text }) => text === '').map(({ page }) => page),
    characters: pages.reduce((sum, { text }) => sum + text.length, 0),
    passages: 0,
    warnings: [...warnings],
  };
}

/**
 * Takes a document from its bytes to searchable passages. What each stage found is stored in the transaction that ends
 * it, so that another attempt, here or on another replica, goes on where the last one was.
 */
@Injectable()
export class IngestionService {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly repository: IngestionRepository,
    private readonly files: DocumentFiles,
    private readonly gate: ScanGate,
    private readonly quarantine: Quarantine,
    private readonly extractor: Extractor,
    private readonly encoder: PassageEncoder,
    private readonly index: KnowledgeIndex,
    private readonly outbox: Outbox,
    private readonly changes: DocumentChanges,
    private readonly logger: ServiceLogger,
  ) {}

  async ingest(documentId: string, call: Call, work: JobWork): Promise<void> {
    const document = await this.documents.find(documentId);
    if (!document || isFinal(document.stage)) return;
    const attempt: Attempt = { document, call, work, pace: new Pace() };
    try {
      if (!document.extracted_at) await timedStage('extracting', () => this.extract(attempt));
      if (!document.extracted_at || !document.chunked_at) await timedStage('chunking', () => this.cut(attempt));
      await timedStage('embedding', () => this.encode(attempt));
      await timedStage('indexing', () => this.publish(attempt));
      countIngestion('ready');
    } catch (error) {
      await this.settle(attempt, error);
    }
  }

  private async extract(attempt: Attempt): Promise<void> {
    const { document, work } = attempt;
    await this.enter(attempt, 'extracting');
    await this.files.moveInto(document.blob_key, document.collection_id);
    const bytes = await this.files.bytes(document.blob_key, document.collection_id, work.signal);
    if (createHash('sha256').update(bytes).digest('hex') !== document.sha256) throw new IngestionStopped('FILE_CORRUPTED', 'The stored file is not the one that was uploaded. Delete the document and upload it again.');
    await this.gate.pass(bytes, work.signal);
    const extracted = await this.extractor.extract({ bytes, contentType: document.content_type }, {
      signal: work.signal,
      onPage: (page, pages) => attempt.pace.at(() => this.tell(attempt, { stage: 'extracting', part: page, whole: pages, detail: `page ${page} of ${pages}` })),
    });
    await attempt.pace.settled();
    const title = await this.inHeldTransaction(attempt, (manager) => this.repository.storePages(manager, document.id, { ...extracted, report: reportOf(extracted) }));
    countPages(extracted.pages.length);
    attempt.document = { ...document, title };
  }

  private async cut(attempt: Attempt): Promise<void> {
    const { document, work } = attempt;
    await this.enter(attempt, 'chunking');
    const passages = await this.extractor.cut(await this.repository.pages(document.id), work.signal);
    await this.inHeldTransaction(attempt, (manager) => this.repository.storePassages(manager, document, passages));
  }

  private async encode(attempt: Attempt): Promise<void> {
    const { document, call, work } = attempt;
    await this.enter(attempt, 'embedding');
    await this.encoder.encodeMissing(this.passagesOf(document), {
      signal: work.signal,
      call,
      onBatch: async (done, total) => {
        await work.heartbeat();
        attempt.pace.at(() => this.tell(attempt, { stage: 'embedding', part: done, whole: total, detail: `passage ${done} of ${total}` }));
      },
    });
    await attempt.pace.settled();
  }

  private async publish(attempt: Attempt): Promise<void> {
    const { document, call, work } = attempt;
    await this.enter(attempt, 'indexing');
    const total = await this.repository.countPassages(document.id);
    let done = 0;
    for await (const entries of this.encoder.entries(this.passagesOf(document))) {
      await work.heartbeat();
      await this.index.passages.upsert(entries);
      done += entries.length;
      attempt.pace.at(() => this.tell(attempt, { stage: 'indexing', part: done, whole: total, detail: `passage ${done} of ${total}` }));
    }
    await attempt.pace.settled();
    await this.inHeldTransaction(attempt, async (manager) => {
      if (!(await this.repository.markReady(manager, document.id))) throw new Error('the document was deleted or stopped meanwhile');
      await this.outbox.publish(manager, kb.documentIndexed, { documentId: document.id, collectionId: document.collection_id, passages: total }, call);
    });
    this.changes.tell(document.id);
  }

  /** What ended the attempt decides: the file's own fault is final, everything else is tried again while it may be. */
  private async settle(attempt: Attempt, error: unknown): Promise<void> {
    const { document, work } = attempt;
    if (await this.repository.isDeleted(document.id)) {
      // The purge may have run before this attempt's last write to the index.
      await this.index.passages.deleteDocument(document.id);
      return;
    }
    if (work.signal.aborted) throw error;
    const permanent = isPermanent(error);
    const reason = reasonFor(error);
    this.logger.warn('an attempt to read a document failed', { documentId: document.id, attempt: work.attempt, code: reason.code, ...(permanent ? {} : { err: error }) });
    if (!permanent && !work.lastAttempt) {
      await this.repository.tell(document.id, { detail: `attempt ${work.attempt} failed (${reason.code}), trying again` });
      throw error;
    }
    noteForAudit(attempt.call, { outcome: reason.code });
    // the file goes first: what is interrupted here leaves no file behind
    if (error instanceof MalwareFound) await this.quarantine.remove(document.id, attempt.call);
    const isFailed = await this.inHeldTransaction(attempt, (manager) => this.repository.markFailed(manager, document.id, reason));
    if (isFailed) countIngestion('failed', reason.code);
    this.changes.tell(document.id);
  }

  private async enter(attempt: Attempt, stage: WorkingStage): Promise<void> {
    const { document, work } = attempt;
    work.signal.throwIfAborted();
    await this.inHeldTransaction(attempt, async (manager) => {
      const entered = await this.repository.enter(manager, document.id, { stage, attempt: work.attempt, progress: progressIn(stage, 0, 1) });
      if (!entered) throw new Error('the document was deleted or stopped meanwhile');
    });
    this.changes.tell(document.id);
  }

  private async tell({ document }: Attempt, { stage, part, whole, detail }: { stage: WorkingStage; part: number; whole: number; detail: string }): Promise<void> {
    await this.repository.tell(document.id, { progress: progressIn(stage, part, whole), detail });
    this.changes.tell(document.id);
  }

  /** Commits only while this attempt holds the job, so that two attempts never write over each other. */
  private inHeldTransaction<T>({ work }: Attempt, change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.repository.transaction(async (manager) => {
      await work.heartbeat(manager);
      return change(manager);
    });
  }

  private passagesOf({ id, collection_id, title }: DocumentRow) {
    return { documentId: id, collectionId: collection_id, title };
  }
}
