import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { kb, type Actor, type Document, type IndexingProgress, type Role, type UserActor } from '@voiceassist/contracts';
import { Call, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { Blobs } from '@voiceassist/storage';
import { KbIndexerModule } from '../kb-indexer.module.js';

export interface Upload {
  readonly bytes: Uint8Array;
  readonly fileName?: string;
  readonly title?: string;
  readonly collectionId?: string;
}

export const personOf = (...roles: Role[]): UserActor => ({ type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles });

/** The service alone in a process, embedded adapters, asked through its contract as the gateway asks it. */
export class KnowledgeBase {
  private constructor(
    readonly folder: string,
    private readonly process: RunningProcess,
    private readonly ownsFolder: boolean,
    private readonly module: Type,
  ) {}

  static async start({ folder, ...environment }: { folder?: string } & Record<string, string | undefined> = {}, module: Type = KbIndexerModule): Promise<KnowledgeBase> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'kb-')));
    const process = await startProcess({
      name: 'kb-indexer',
      modules: [module],
      environment: {
        BUS_URL: 'memory:', BUS_ALONE: 'true', BLOB_URL: `file:${place}/blobs`, ENCRYPTION_KEYS_URL: `file:${place}/encryption.keys`, VECTOR_URL: 'database:', JOBS_URL: 'database:', EMBEDDER_URL: 'none:', LOG_LEVEL: 'error',
        DATABASE_URL: folder ? `pglite:${place}/sql` : 'pglite:memory', JOBS_RETRY_MS: '10', JOBS_DRAIN_MS: '0', JOBS_SWEEP_MS: '200', KB_HOUSEKEEPING_MS: '200', ...environment,
      },
    });
    return new KnowledgeBase(place, process, folder === undefined, module);
  }

  async close(): Promise<void> {
    await this.process.close();
    if (this.ownsFolder) await rm(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return this.process.url;
  }

  get client() {
    return this.process.get(this.module, Bus).client(kb);
  }

  get blobs(): Blobs {
    return this.process.get(this.module, Blobs);
  }

  get<T>(token: abstract new (...parameters: never[]) => T): T {
    return this.process.get(this.module, token);
  }

  as(actor: Actor): Call {
    return Call.begin({ actor, timeoutMs: 20_000 });
  }

  readonly admin = Call.begin({ actor: { ...personOf('admin'), factorAt: Math.floor(Date.now() / 1_000) }, timeoutMs: 600_000 });

  /** What the gateway does with a file before it asks. */
  async store(bytes: Uint8Array, fileName: string) {
    const { key, sizeBytes, sha256 } = bytes.length === 0
      ? { key: 'f'.repeat(48), sizeBytes: 0, sha256: createHash('sha256').digest('hex') }
      : await this.blobs.put([bytes] as never, { maxBytes: 100_000_000 }); // an array of parts is read like a stream of them
    return { blobKey: key, fileName, sizeBytes, sha256 };
  }

  async upload({ bytes, fileName = 'file.pdf', title, collectionId }: Upload): Promise<Document> {
    return this.client.uploadDocument({ file: await this.store(bytes, fileName), title, collectionId }, this.admin);
  }

  /** The states that a watcher sees until the end. */
  async watched(documentId: string): Promise<IndexingProgress[]> {
    const seen: IndexingProgress[] = [];
    for await (const progress of this.client.watchDocument({ documentId }, this.admin)) seen.push(progress);
    return seen;
  }

  async ended({ documentId }: Pick<Document, 'documentId'>): Promise<Document> {
    await this.watched(documentId);
    return this.client.readDocument({ documentId }, this.admin);
  }

  async add(upload: Upload): Promise<Document> {
    return this.ended(await this.upload(upload));
  }

  async found(query: string, call: Call = this.admin): Promise<string[]> {
    const { passages } = await this.client.searchPassages({ query, limit: 20 }, call);
    return passages.map(({ documentId }) => documentId);
  }
}

/** Waits until it is so; there is no event to wait for. */
export async function until(holds: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
