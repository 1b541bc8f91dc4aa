import { randomUUID } from 'node:crypto';
import { Controller, Injectable } from '@nestjs/common';
import { admin, type AnswerPart, type AuditRecord, auth, type Message, type ParsedInputOf, rag, realtime, type ServerFrame, socketPath, type UserActor } from '@voiceassist/contracts';
import { Call, commonFailure, failure, type RunningProcess, ServiceModule, startProcess } from '@voiceassist/kit';
import { Bus, busPart, Handles } from '@voiceassist/messaging';
import { WebSocket } from 'ws';
import { RealtimeModule } from '../index.js';

const conversationId = randomUUID();
const usage = { model: 'test', promptTokens: null, completionTokens: null };
const timings = { retrievedMs: 1, firstChunkMs: 2, totalMs: 3 };

/** What the answering service did, for the tests to look at. */
@Injectable()
class Diary {
  stopped = 0;
  /** Collections that questions came with, opened by emergency access. */
  readonly opened: (string | undefined)[] = [];
  /** Nobody hears from auth. */
  isAuthAway = false;
  readonly revoked: { sequence: number; sessionId: string; revokedAt: string }[] = [];
}
export const diary = new Diary();

@Controller()
class AnswerHandlers {
  @Handles(rag.streamAnswer)
  async *stream(question: ParsedInputOf<typeof rag.streamAnswer>, call: Call): AsyncGenerator<AnswerPart> {
    const messageId = randomUUID();
    diary.opened.push(call.user.emergency?.collectionId);
    if (question.content === 'fail') throw failure(rag.streamAnswer, 'MODEL_UNAVAILABLE', 'The model is away.');
    if (question.content === 'crash') throw new Error('secret detail');
    yield { type: 'message_start', messageId, conversationId };
    const count = question.content === 'endless' ? 100_000 : 3;
    try {
      for (let index = 0; index < count && !call.signal.aborted; index += 1) {
        yield { type: 'message_chunk', messageId, index, content: `word ${index} ` };
        if (question.content === 'slow') await new Promise((resolve) => setTimeout(resolve, 1_000));
        if (count > 3) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      yield { type: 'message_complete', messageId, content: 'word 0 word 1 word 2 ', citations: [], verdict: 'supported', usage, timings, stopped: false };
    } finally {
      if (count > 3) diary.stopped += 1;
    }
  }

  @Handles(rag.readMessage)
  async read({ messageId }: ParsedInputOf<typeof rag.readMessage>): Promise<Message> {
    return { messageId, conversationId, role: 'assistant', content: 'word 0 ', state: 'stopped', citations: [], verdict: 'partly', usage, timings, failure: null, createdAt: new Date().toISOString() };
  }
}

@ServiceModule({ name: 'rag-orchestrator', uses: [busPart({ name: 'rag-orchestrator', operations: { streamAnswer: rag.streamAnswer, readMessage: rag.readMessage } })], controllers: [AnswerHandlers] })
class AnswersModule {}

@Controller()
class SessionHandlers {
  @Handles(auth.listRevocations)
  async list({ afterSequence }: ParsedInputOf<typeof auth.listRevocations>) {
    if (diary.isAuthAway) throw commonFailure('UNAVAILABLE', 'away');
    return { revocations: diary.revoked.filter(({ sequence }) => sequence > afterSequence), lastSequence: diary.revoked.length };
  }

  @Handles(auth.listKeys)
  async keys() {
    return { keys: [] };
  }
}

@ServiceModule({ name: 'auth', uses: [busPart({ name: 'auth', operations: { listRevocations: auth.listRevocations, listKeys: auth.listKeys } })], controllers: [SessionHandlers] })
class SessionsModule {}

export const audited: AuditRecord[] = [];

@Controller()
class AuditHandlers {
  @Handles(admin.recordAuditByRealtime)
  async byRealtime(row: AuditRecord) {
    audited.push(row);
    return {};
  }

  @Handles(admin.recordAuditByRagOrchestrator)
  async byAnswers(row: AuditRecord) {
    audited.push(row);
    return {};
  }
}

@ServiceModule({ name: 'admin', uses: [busPart({ name: 'admin', operations: { byRealtime: admin.recordAuditByRealtime, byAnswers: admin.recordAuditByRagOrchestrator } })], controllers: [AuditHandlers] })
class AuditModule {}

export class Client {
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<number>;
  private wake: () => void = () => undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as ServerFrame);
      this.wake();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', resolve));
  }

  say(content: string): void {
    this.socket.send(JSON.stringify({ type: 'message', clientMessageId: randomUUID(), content }));
  }

  async until<T extends ServerFrame['type']>(type: T): Promise<Extract<ServerFrame, { type: T }>> {
    for (;;) {
      const frame = this.frames.find((each): each is Extract<ServerFrame, { type: T }> => each.type === type);
      if (frame) return frame;
      await this.next();
    }
  }

  /** Resolves with the next frame. */
  next(): Promise<void> {
    return new Promise<void>((resolve) => (this.wake = resolve));
  }
}

export const person = (): UserActor => ({ type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician'] });

/** Realtime among services that answer what the tests want. */
export class SocketHouse {
  private constructor(readonly process: RunningProcess) {}

  static async start(environment: Record<string, string> = {}): Promise<SocketHouse> {
    return new SocketHouse(await startProcess({
      name: 'realtime-test', modules: [AuditModule, SessionsModule, AnswersModule, RealtimeModule],
      environment: { BUS_URL: 'memory:', KV_URL: 'memory:', REALTIME_PING_INTERVAL_MS: '150', REALTIME_SOCKETS_PER_USER: '2', ...environment },
    }));
  }

  async issue(actor = person()): Promise<string> {
    return (await this.process.get(RealtimeModule, Bus).client(realtime).issueTicket({}, Call.begin({ actor }))).ticket;
  }

  connect(protocols: string[], headers: Record<string, string> = {}): Client {
    return new Client(new WebSocket(`${this.process.url.replace('http', 'ws')}${socketPath}`, protocols, { headers }));
  }

  async open(actor = person()): Promise<Client> {
    const client = this.connect(['voiceassist.v1', `ticket.${await this.issue(actor)}`]);
    await client.until('connected');
    return client;
  }
}

/** The first row that the ledger has of that action and outcome. */
export async function rowOf(action: string, outcome: string): Promise<AuditRecord> {
  for (;;) {
    const row = audited.find((each) => each.action === action && each.outcome === outcome);
    if (row) return row;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
