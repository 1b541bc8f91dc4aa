import { Injectable } from '@nestjs/common';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import { DocumentFiles } from './document-files.js';

const batch = 200;

/** Brings the files of all documents under the keys of their collections: those from before, and those whose move was cut off. */
@Injectable()
export class FileMoves {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: DocumentFiles,
    private readonly logger: ServiceLogger,
  ) {}

  /** Looks at the head of every file; answers how many were moved. */
  async round(): Promise<number> {
    let moved = 0;
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const found = await rows<{ id: string; blob_key: string; collection_id: string }>(this.dataSource,
        'SELECT id, blob_key, collection_id FROM document WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT $2', [after, batch]);
      for (const { blob_key: key, collection_id: collectionId } of found) if (await this.files.moveInto(key, collectionId)) moved += 1;
      const last = found.at(-1);
      if (!last || found.length < batch) break;
      after = last.id;
    }
    if (moved > 0) this.logger.info('files are under the keys of their collections', { files: moved });
    return moved;
  }
}
