import { Injectable } from '@nestjs/common';
import type { BlobDownload } from '@voiceassist/contracts';
import { Blobs } from '@voiceassist/storage';
import { AuditSearch, type AuditFilter } from '../audit/audit-search.repository.js';
import { auditFile, fileOf, type AuditFormat } from './audit-file.js';

const prefix = 'audit-exports';
const largestBytes = 64 * 1024 ** 3;
const pieceCharacters = 65_536;

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length < pieceCharacters) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** Writes what was asked for into the blob store, from where the gateway sends it; it is removed soon after. */
@Injectable()
export class AuditExports {
  constructor(
    private readonly searches: AuditSearch,
    private readonly blobs: Blobs,
  ) {}

  async make(format: AuditFormat, filter: AuditFilter): Promise<BlobDownload> {
    const { extension, contentType } = fileOf[format];
    const { key, sizeBytes, sha256 } = await this.blobs.put(bytesOf(auditFile(format, this.searches.all(filter))), { maxBytes: largestBytes, prefix });
    return { blobKey: key, fileName: `audit-${new Date().toISOString().slice(0, 10)}.${extension}`, contentType, sizeBytes, sha256 };
  }

  /** Removes exports that are at least that old. */
  async discard(olderThanMs: number): Promise<void> {
    for await (const { key } of this.blobs.list({ olderThanMs })) if (key.startsWith(`${prefix}/`)) await this.blobs.delete(key);
  }
}
