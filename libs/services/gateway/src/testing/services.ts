import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Injectable } from '@nestjs/common';
import { admin, auth, kb, paginationOf, rag, type AuditRecord, type IndexingProgress, type OutputOf, type PublicKey, type Revocation } from '@voiceassist/contracts';
import { failure, ServiceModule, type Call } from '@voiceassist/kit';
import { busPart, Handles, type HandlerOf } from '@voiceassist/messaging';
import { Blobs, blobsPart } from '@voiceassist/storage';

type Answer<C extends Parameters<typeof Handles>[0]> = ReturnType<HandlerOf<C>>;
type Input<C extends Parameters<typeof Handles>[0]> = Parameters<HandlerOf<C>>[0];

/** What the test decides about the small `auth` of these tests, and what it learns from the services. */
export class Scene {
  keys: PublicKey[] = [];
  revocations: Revocation[] = [];
  readonly apiKeys = new Map<string, OutputOf<typeof auth.verifyApiKey>>();
  keyQuestions = 0;
  readonly calls: Call[] = [];
  readonly audited: AuditRecord[] = [];
  readonly uploads: { readonly blobKey: string; readonly sizeBytes: number; readonly sha256: string; readonly fileName: string }[] = [];
  produced = 0;
  stopped = 0;
}

export const scene = new Scene();

const answerTo = (code: string) => Object.assign(new Error(`detail that nobody may see: ${code}`), {});

const tokensOf = (refreshToken: string) => ({
  accessToken: 'an-access-token', refreshToken, tokenType: 'Bearer' as const, expiresIn: 900, idleSeconds: 3_600,
  user: { userId: randomUUID(), email: 'ada@h.example', displayName: 'Ada', roles: [] },
});

@Controller()
class AuthHandlers {
  @Handles(auth.listKeys)
  async listKeys(): Answer<typeof auth.listKeys> {
    return { keys: scene.keys };
  }

  @Handles(auth.listRevocations)
  async listRevocations({ afterSequence }: Input<typeof auth.listRevocations>): Answer<typeof auth.listRevocations> {
    return { revocations: scene.revocations.filter(({ sequence }) => sequence > afterSequence), lastSequence: scene.revocations.length };
  }

  @Handles(auth.login)
  async login({ password }: Input<typeof auth.login>, call: Call): Answer<typeof auth.login> {
    scene.calls.push(call);
    if (password === 'right') return { kind: 'signed-in', ...tokensOf('first-refresh-token') };
    throw failure(auth.login, 'CREDENTIALS_REFUSED', 'Wrong e-mail or password.');
  }

  @Handles(auth.refresh)
  async refresh({ refreshToken }: Input<typeof auth.refresh>): Answer<typeof auth.refresh> {
    return tokensOf(`after-${refreshToken}`);
  }

  @Handles(auth.verifyApiKey)
  async verifyApiKey({ prefix, secretHash }: Input<typeof auth.verifyApiKey>): Answer<typeof auth.verifyApiKey> {
    scene.keyQuestions += 1;
    const known = scene.apiKeys.get(`${prefix} ${secretHash}`);
    if (!known) throw failure(auth.verifyApiKey, 'API_KEY_REFUSED', 'no such key');
    return known;
  }

  @Handles(auth.logout)
  async logout(_: Input<typeof auth.logout>, call: Call): Answer<typeof auth.logout> {
    scene.calls.push(call);
    return {};
  }
}

@ServiceModule({
  name: 'auth',
  uses: [busPart({ name: 'auth', operations: { listKeys: auth.listKeys, listRevocations: auth.listRevocations, login: auth.login, refresh: auth.refresh, logout: auth.logout, verifyApiKey: auth.verifyApiKey } })],
  controllers: [AuthHandlers],
})
export class TestAuthModule {}

/** A document's bytes as a test gives them; the same key serves every download. */
@Injectable()
export class Shelf {
  constructor(private readonly blobs: Blobs) {}

  key = '';
  bytes: Buffer = Buffer.alloc(0);
  fileName = 'Leitlinie "α".pdf';

  async fill(bytes: Buffer): Promise<void> {
    this.bytes = bytes;
    this.key = (await this.blobs.put(chunksOf(bytes), { maxBytes: bytes.byteLength })).key;
  }

  async countBlobs(): Promise<number> {
    let count = 0;
    for await (const blob of this.blobs.list({ olderThanMs: 0 })) count += blob.sizeBytes >= 0 ? 1 : 0;
    return count;
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const now = () => new Date().toISOString();

@Controller()
class KbHandlers {
  constructor(private readonly shelf: Shelf) {}

  @Handles(kb.listCollections)
  async listCollections(query: Input<typeof kb.listCollections>, call: Call): Answer<typeof kb.listCollections> {
    scene.calls.push(call);
    return { items: [], pagination: paginationOf(query, 41) };
  }

  @Handles(kb.createCollection)
  async createCollection({ name }: Input<typeof kb.createCollection>): Answer<typeof kb.createCollection> {
    if (name === 'taken') throw failure(kb.createCollection, 'COLLECTION_NAME_TAKEN', 'There is one of that name.', { field: 'name', details: { other: 1 } });
    if (name === 'crash') throw answerTo(name);
    return { collectionId: randomUUID(), name, description: '', sample: false, grants: { roles: [], userIds: [] }, documentCount: 0, createdAt: now() };
  }

  @Handles(kb.uploadDocument)
  async uploadDocument({ file, collectionId, title }: Input<typeof kb.uploadDocument>): Answer<typeof kb.uploadDocument> {
    scene.uploads.push(file);
    if (title === 'refuse me') throw failure(kb.uploadDocument, 'DOCUMENT_DUPLICATE', 'It is here already.', { details: { documentId: 'the first' } });
    return {
      documentId: randomUUID(), collectionId: collectionId ?? randomUUID(), title: title ?? file.fileName, fileName: file.fileName, contentType: 'text/plain',
      sizeBytes: file.sizeBytes, sha256: file.sha256, version: 1, stage: 'queued', progress: 0, failure: null, report: null, createdAt: now(), updatedAt: now(),
    };
  }

  @Handles(kb.downloadDocument)
  async downloadDocument(): Answer<typeof kb.downloadDocument> {
    const { key, bytes, fileName } = this.shelf;
    return { blobKey: key, fileName, contentType: 'application/pdf', sizeBytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  @Handles(kb.watchDocument)
  async *watchDocument({ documentId }: Input<typeof kb.watchDocument>, call: Call): AsyncGenerator<IndexingProgress> {
    if (documentId.endsWith('0')) throw failure(kb.watchDocument, 'DOCUMENT_NOT_FOUND', 'There is no such document.');
    try {
      for (let step = 0; ; step += 1) {
        scene.produced += 1;
        yield { documentId, stage: 'embedding', progress: Math.min(step / 1000, 1), detail: 'x'.repeat(1000), failure: null, updatedAt: now() };
        if (documentId.endsWith('1') && step === 2) return;
        if (documentId.endsWith('2') && step === 2) throw failure(kb.watchDocument, 'DOCUMENT_NOT_FOUND', 'It has just been deleted.');
        if (documentId.endsWith('3')) await pause(3_600_000, undefined, { signal: call.signal });
      }
    } finally {
      scene.stopped += 1;
    }
  }
}

const { listCollections, createCollection, uploadDocument, downloadDocument, watchDocument } = kb;

@ServiceModule({
  name: 'kb-indexer',
  uses: [busPart({ name: 'kb-indexer', operations: { listCollections, createCollection, uploadDocument, downloadDocument, watchDocument } }), blobsPart()],
  controllers: [KbHandlers],
  providers: [Shelf],
})
export class TestKbModule {}

@Controller()
class RagHandlers {
  @Handles(rag.streamAnswer)
  async *streamAnswer({ content }: Input<typeof rag.streamAnswer>): AsyncGenerator<{ type: 'message_start'; messageId: string; conversationId: string } | { type: 'message_chunk'; messageId: string; index: number; content: string }> {
    const messageId = randomUUID();
    yield { type: 'message_start', messageId, conversationId: randomUUID() };
    yield { type: 'message_chunk', messageId, index: 0, content: `${content}\nsecond line\r\n\r\nevent: forged` };
  }
}

@ServiceModule({ name: 'rag-orchestrator', uses: [busPart({ name: 'rag-orchestrator', operations: { streamAnswer: rag.streamAnswer } })], controllers: [RagHandlers] })
export class TestRagModule {}

@Controller()
class AuditHandlers {
  @Handles(admin.recordAuditByGateway)
  byGateway(record: AuditRecord): Answer<typeof admin.recordAuditByGateway> {
    return this.keep(record);
  }

  @Handles(admin.recordAuditByAuth)
  byAuth(record: AuditRecord): Answer<typeof admin.recordAuditByAuth> {
    return this.keep(record);
  }

  @Handles(admin.recordAuditByKbIndexer)
  byKbIndexer(record: AuditRecord): Answer<typeof admin.recordAuditByKbIndexer> {
    return this.keep(record);
  }

  @Handles(admin.recordAuditByRagOrchestrator)
  byRagOrchestrator(record: AuditRecord): Answer<typeof admin.recordAuditByRagOrchestrator> {
    return this.keep(record);
  }

  private async keep(record: AuditRecord): Promise<Record<string, never>> {
    scene.audited.push(record);
    return {};
  }
}

const { recordAuditByGateway, recordAuditByAuth, recordAuditByKbIndexer, recordAuditByRagOrchestrator } = admin;

/** Services without a database leave their audit rows here; without it no audited call succeeds. */
@ServiceModule({ name: 'admin', uses: [busPart({ name: 'admin', operations: { recordAuditByGateway, recordAuditByAuth, recordAuditByKbIndexer, recordAuditByRagOrchestrator } })], controllers: [AuditHandlers] })
export class TestAdminModule {}
