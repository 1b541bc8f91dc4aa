import { Injectable } from '@nestjs/common';
import type { IndexingProgress } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { isFinal } from '../ingestion/stages.js';
import { DocumentChanges } from './document-changes.js';
import { toProgress } from './document-row.js';
import { DocumentsService } from './documents.service.js';

/** Longest time until a change made by another replica, or a grant taken back, is noticed. */
const lookAgainMs = 250;

@Injectable()
export class ProgressWatch {
  constructor(
    private readonly documents: DocumentsService,
    private readonly changes: DocumentChanges,
  ) {}

  /** The state now, then every change, until a final state; ends with DOCUMENT_NOT_FOUND when the reader may no longer see it. */
  async *watch(documentId: string, call: Call): AsyncGenerator<IndexingProgress, void, undefined> {
    let told = '';
    while (!call.signal.aborted) {
      const progress = toProgress(await this.documents.readable(documentId, call));
      const state = JSON.stringify(progress);
      if (state !== told) yield progress;
      told = state;
      if (isFinal(progress.stage)) return;
      await this.changes.next(documentId, lookAgainMs, call.signal);
    }
  }
}
