import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kb, type Passage } from '@voiceassist/contracts';
import { Call, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { KbIndexerModule } from '@voiceassist/service-kb-indexer';
import { Blobs } from '@voiceassist/storage';

/** The built indexer alone in this process with embedded adapters on a folder of its own. */
export class BenchedKnowledgeBase {
  private readonly documents = new Map<string, string>();
  private readonly call = Call.begin({ actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] }, timeoutMs: 3_600_000 });

  private constructor(
    private readonly process: RunningProcess,
    private readonly folder: string,
  ) {}

  static async start(encoder: string): Promise<BenchedKnowledgeBase> {
    const folder = await mkdtemp(join(tmpdir(), 'voiceassist-ingestion-'));
    const environment = {
      BUS_URL: 'memory:', BUS_ALONE: 'true', DATABASE_URL: `pglite:${folder}/sql`, BLOB_URL: `file:${folder}/blobs`, ENCRYPTION_KEYS_URL: `file:${folder}/encryption.keys`,
      VECTOR_URL: 'database:', JOBS_URL: 'database:', EMBEDDER_URL: encoder,
    };
    return new BenchedKnowledgeBase(await startProcess({ name: 'kb-indexer', modules: [KbIndexerModule], environment }), folder);
  }

  /** Uploads and waits until it can be found. */
  async ingest(fileName: string, bytes: Uint8Array): Promise<{ pages: number; passages: number }> {
    const { key: blobKey, sizeBytes, sha256 } = await this.process.get(KbIndexerModule, Blobs).put(oneByOne(bytes), { maxBytes: bytes.length });
    const { documentId } = await this.client.uploadDocument({ file: { blobKey, fileName, sizeBytes, sha256 } }, this.call);
    this.documents.set(fileName, documentId);
    let last = '';
    for await (const { stage } of this.client.watchDocument({ documentId }, this.call)) last = stage;
    const { report } = await this.client.readDocument({ documentId }, this.call);
    if (last !== 'ready' || !report) throw new Error(`${fileName} ended as ${last}`);
    return report;
  }

  async forget(fileName: string): Promise<void> {
    await this.client.deleteDocument({ documentId: this.documents.get(fileName)! }, this.call);
  }

  async search(query: string, limit: number): Promise<Passage[]> {
    return (await this.client.searchPassages({ query, limit }, this.call)).passages;
  }

  isOf(passage: Passage, fileName: string): boolean {
    return this.documents.get(fileName) === passage.documentId;
  }

  async stop(): Promise<void> {
    await this.process.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private get client() {
    return this.process.get(KbIndexerModule, Bus).client(kb);
  }
}

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
