import { Injectable } from '@nestjs/common';
import { DocumentFiles } from '../documents/document-files.js';
import { KnowledgeIndex } from '../search/knowledge-index.js';
import { IngestionRepository } from './ingestion.repository.js';

/** Removes what lies outside the database: vectors, then bytes, then the last row. Repeating it changes nothing. */
@Injectable()
export class PurgeService {
  constructor(
    private readonly index: KnowledgeIndex,
    private readonly files: DocumentFiles,
    private readonly repository: IngestionRepository,
  ) {}

  async purge(documentId: string, blobKey: string): Promise<void> {
    if (!(await this.repository.isDeleted(documentId))) return;
    await this.index.passages.deleteDocument(documentId);
    await this.files.remove(blobKey);
    await this.repository.forget(documentId);
  }
}
