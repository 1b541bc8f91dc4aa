import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
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
    try {
      const names = await readdir(folder);
      for (const name of names.filter((candidate) => readable.test(candidate)).sort()) await this.load(join(folder, name), name);
    } catch (error) {
      // The product works without its samples.
      this.logger.error('the samples could not be loaded', { err: error });
    }
  }

  private async load(path: string, fileName: string): Promise<void> {
    const bytes = await readFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const sniffed = await sniffContent(bytes.subarray(0, sniffedBytes), fileName);
    if (!sniffed.accepted || (await this.documentRows.transaction((manager) => this.wasLoaded(manager, sha256)))) return;
    const { key: blobKey, sizeBytes } = await this.files.store(path);
    const sample = { file: { blobKey, fileName, sizeBytes, sha256 }, contentType: sniffed.contentType, call: Call.asService('kb-indexer', 60_000) };
    const added = await this.documentRows.transaction((manager) => this.add(manager, sample));
    if (added) this.logger.info('sample document added', { sizeBytes });
    else await this.files.remove(blobKey);
  }

  private async wasLoaded(manager: EntityManager, sha256: string): Promise<boolean> {
    const found = await rows(manager, 'SELECT sha256 FROM loaded_sample WHERE sha256 = $1', [sha256]);
    return found.length > 0;
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
