import { Injectable } from '@nestjs/common';
import { kb } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Jobs, Outbox } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { rows } from '../database/rows.js';

interface RemovedRow {
  readonly id: string;
  readonly collection_id: string;
  readonly blob_key: string;
}

/** Takes documents out of every answer within one transaction; what lies outside the database follows as a job. */
@Injectable()
export class DocumentRemoval {
  constructor(
    private readonly jobs: Jobs,
    private readonly outbox: Outbox,
  ) {}

  /** False when there is no such live document. */
  async remove(manager: EntityManager, documentId: string, call: Call): Promise<boolean> {
    const removed = await this.markDeleted(manager, 'id = $1', documentId);
    await this.followUp(manager, removed, call);
    return removed.length > 0;
  }

  async removeAllOf(manager: EntityManager, collectionId: string, call: Call): Promise<void> {
    await this.followUp(manager, await this.markDeleted(manager, 'collection_id = $1', collectionId), call);
  }

  private markDeleted(manager: EntityManager, condition: string, value: string): Promise<RemovedRow[]> {
    return rows(manager,
      `UPDATE document SET deleted_at = clock_timestamp(), updated_at = clock_timestamp() WHERE ${condition} AND deleted_at IS NULL RETURNING id, collection_id, blob_key`, [value]);
  }

  private async followUp(manager: EntityManager, removed: readonly RemovedRow[], call: Call): Promise<void> {
    const ids = removed.map(({ id }) => id);
    await rows(manager, 'DELETE FROM passage WHERE document_id = ANY ($1::uuid[])', [ids]);
    await rows(manager, 'DELETE FROM page WHERE document_id = ANY ($1::uuid[])', [ids]);
    for (const { id: documentId, collection_id: collectionId, blob_key: blobKey } of removed) {
      await this.jobs.cancel(manager, kb.ingestDocument, documentId);
      await this.jobs.enqueue(manager, kb.purgeDocument, { documentId, blobKey }, { key: documentId, call });
      await this.outbox.publish(manager, kb.documentDeleted, { documentId, collectionId }, call);
    }
  }
}
