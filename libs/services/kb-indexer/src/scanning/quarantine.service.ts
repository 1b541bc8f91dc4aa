import { Injectable } from '@nestjs/common';
import { kb } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { DocumentFiles } from '../documents/document-files.js';
import { DocumentsRepository } from '../documents/documents.repository.js';

/** Removes files in which malware was found; as an operation of its own, so that the audit has a row of it. */
@Injectable()
export class Quarantine {
  constructor(
    private readonly bus: Bus,
    private readonly documents: DocumentsRepository,
    private readonly files: DocumentFiles,
  ) {}

  async remove(documentId: string, call: Call): Promise<void> {
    await this.bus.client(kb).quarantineDocument({ documentId }, call.with({ actor: { type: 'service', service: 'kb-indexer' } }));
  }

  async take(documentId: string): Promise<void> {
    const document = await this.documents.find(documentId);
    if (document) await this.files.remove(document.blob_key);
  }
}
