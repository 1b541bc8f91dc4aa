import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Blobs } from '@voiceassist/storage';
import { CheckpointCopy } from './checkpoint.js';

const prefix = 'audit-checkpoints';
const largestBytes = 16_384;

/** Copies of checkpoints in the blob store, out of reach of whoever rewrites the database. */
@Injectable()
export class CheckpointCopies {
  constructor(private readonly blobs: Blobs) {}

  async put(copy: CheckpointCopy): Promise<void> {
    await this.blobs.put(Readable.from([Buffer.from(JSON.stringify(copy))]), { maxBytes: largestBytes, prefix });
  }

  /** Every copy that can be read, in no order. */
  async *all(): AsyncGenerator<CheckpointCopy, void, undefined> {
    for await (const { key } of this.blobs.list({ olderThanMs: 0 })) {
      if (!key.startsWith(`${prefix}/`)) continue;
      const copy = CheckpointCopy.safeParse(await this.read(key));
      if (copy.success) yield copy.data;
    }
  }

  private async read(key: string): Promise<unknown> {
    const parts: Buffer[] = [];
    for await (const part of await this.blobs.open(key)) parts.push(part as Buffer); // a stream without encoding gives bytes
    try {
      return JSON.parse(Buffer.concat(parts).toString('utf8'));
    } catch {
      return null; // a torn copy says nothing
    }
  }
}
