import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError, Call, ServiceLogger } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { CollectionsRepository } from '../collections/collections.repository.js';
import { rows } from '../database/rows.js';
import { DocumentFiles } from '../documents/document-files.js';
import { DocumentsRepository } from '../documents/documents.repository.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { ContentType } from '../extraction/extracted-document.js';
import { sniffContent, sniffedBytes } from '../extraction/sniff-content.js';
import { KbConfig } from '../kb.config.js';

const readable = /\.(?:pdf|md|markdown|txt)$/i;
const sampleCollection = {
  name: 'Samples (not for clinical use)',
  description: 'Short texts written for this product so that the first question finds something. They are no medical advice.',
  grants: { roles: ['clinician' as const, 'viewer' as const], userIds: [] },
  sample: true,
};

/** Loads the files of `SAMPLES_DIR`, each of them once: what an administrator removed does not come back. */
@Injectable()
export class SamplesService implements OnApplicationBootstrap {
  constructor(
    private readonly config: KbConfig,
    private readonly collections: CollectionsRepository,
    private readonly documents: DocumentsService,
    private readonly documentRows: DocumentsRepository,
    private readonly files: DocumentFiles,
    private readonly logger: ServiceLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const folder = this.config.SAMPLES_DIR;
    if (!folder) return;
    const names = await readdir(folder).catch((error: unknown) => {
      this.logger.warn('the folder of samples cannot be read', { err: error });
      return [];
    });
    for (const name of names.filter((candidate) => readable.test(candidate)).sort()) await this.load(join(folder, name), name);
  }

  private async load(path: string, fileName: string): Promise<void> {
    const call = Call.asService('kb-indexer', 60_000);
    const blob = await this.files.store(path);
    const sniffed = await sniffContent(await this.files.firstBytes(blob.key, sniffedBytes, call.signal), fileName);
    const file = { blobKey: blob.key, fileName, sizeBytes: blob.sizeBytes, sha256: blob.sha256 };
    const added = sniffed.accepted && (await this.documentRows.transaction((manager) => this.add(manager, { file, contentType: sniffed.contentType, call })));
    if (!added) await this.files.remove(blob.key);
    else this.logger.info('sample document added', { sizeBytes: blob.sizeBytes });
  }

  private async add(manager: EntityManager, sample: { file: Parameters<DocumentsService['accept']>[1]['file']; contentType: ContentType; call: Call }): Promise<boolean> {
    const first = await rows(manager, 'INSERT INTO loaded_sample (sha256) VALUES ($1) ON CONFLICT DO NOTHING RETURNING sha256', [sample.file.sha256]);
    if (first.length === 0) return false;
    const collectionId = await this.collection(manager);
    if (collectionId === null) return false;
    try {
      await this.documents.accept(manager, { ...sample, collectionId });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'DOCUMENT_DUPLICATE') return false;
      throw error;
    }
  }

  /** Null when the collection of samples was deleted. */
  private async collection(manager: EntityManager): Promise<string | null> {
    const existing = (await this.collections.findSample(manager)) ?? { id: await this.collections.insert(sampleCollection, manager), deleted: false };
    return existing.deleted ? null : existing.id;
  }
}
