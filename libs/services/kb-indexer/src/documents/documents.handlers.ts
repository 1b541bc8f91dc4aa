import { Controller } from '@nestjs/common';
import { kb, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { DocumentsService } from './documents.service.js';
import { ProgressWatch } from './progress-watch.js';

type OfDocument = ParsedInputOf<typeof kb.readDocument>;

@Controller()
export class DocumentsHandlers {
  constructor(
    private readonly documents: DocumentsService,
    private readonly progress: ProgressWatch,
  ) {}

  @Handles(kb.uploadDocument)
  async upload(input: ParsedInputOf<typeof kb.uploadDocument>, call: Call) {
    return this.documents.upload(input, call);
  }

  @Handles(kb.listDocuments)
  async list(query: ParsedInputOf<typeof kb.listDocuments>, call: Call) {
    return this.documents.list(query, call);
  }

  @Handles(kb.readDocument)
  async read({ documentId }: OfDocument, call: Call) {
    return this.documents.read(documentId, call);
  }

  @Handles(kb.downloadDocument)
  async download({ documentId }: OfDocument, call: Call) {
    return this.documents.download(documentId, call);
  }

  @Handles(kb.readPage)
  async readPage(input: ParsedInputOf<typeof kb.readPage>, call: Call) {
    return this.documents.readPage(input, call);
  }

  @Handles(kb.deleteDocument)
  async delete({ documentId }: OfDocument, call: Call) {
    await this.documents.delete(documentId, call);
    return {};
  }

  @Handles(kb.retryDocument)
  async retry({ documentId }: OfDocument, call: Call) {
    return this.documents.retry(documentId, call);
  }

  @Handles(kb.cancelDocument)
  async cancel({ documentId }: OfDocument, call: Call) {
    return this.documents.cancel(documentId, call);
  }

  @Handles(kb.watchDocument)
  watch({ documentId }: OfDocument, call: Call) {
    return this.progress.watch(documentId, call);
  }
}
