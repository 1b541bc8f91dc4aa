import { randomUUID } from 'node:crypto';
import { Controller, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, type AnswerPart, type AuditRecord, auth, closeCodes, type Message, type ParsedInputOf, rag, realtime, type ServerFrame, socketPath, type UserActor } from '@voiceassist/contracts';
import { Call, failure, type RunningProcess, ServiceModule, startProcess } from '@voiceassist/kit';
import { Bus, busPart, Handles } from '@voiceassist/messaging';
import { WebSocket } from 'ws';
import { RealtimeModule } from './index.js';

const conversationId = randomUUID();
const usage = { model: 'test', promptTokens: null, completionTokens: null };
const timings = { retrievedMs: 1, firstChunkMs: 2, totalMs: 3 };

/** What the answering service did, for the tests to look at. */
@Injectable()
class Diary {
  stopped = 0;
  /** Collections that questions came with, opened by emergency access. */
  readonly opened: (string | undefined)[] = [];
  readonly revoked: { sequence: number; sessionId: string; revokedAt: string }[] = [];
}
const diary = new Diary();

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
    return { revocations: diary.revoked.filter(({ sequence }) => sequence > afterSequence), lastSequence: diary.revoked.length };
  }

  @Handles(auth.listKeys)
  async keys() {
    return { keys: [] };
  }
}

@ServiceModule({ name: 'auth', uses: [busPart({ name: 'auth', operations: { listRevocations: auth.listRevocations, listKeys: auth.listKeys } })], controllers: [SessionHandlers] })
class SessionsModule {}


const audited: AuditRecord[] = [];

@Controller()
class AuditHandlers {
  @Handles(admin.recordAudit)
  async record(row: AuditRecord) {
    audited.push(row);
    return {};
  }
}

@ServiceModule({ name: 'admin', uses: [busPart({ name: 'admin', operations: { recordAudit: admin.recordAudit } })], controllers: [AuditHandlers] })
class AuditModule {}

class Client {
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
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

describe('realtime', () => {
  let house: RunningProcess;
  const person = (): UserActor => ({ type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['clinician'] });
  const issue = async (actor = person()) => (await house.get(RealtimeModule, Bus).client(realtime).issueTicket({}, Call.begin({ actor }))).ticket;
  const connect = (protocols: string[], headers: Record<string, string> = {}) => new Client(new WebSocket(`${house.url.replace('http', 'ws')}${socketPath}`, protocols, { headers }));
  const open = async (actor = person()) => {
    const client = connect(['voiceassist.v1', `ticket.${await issue(actor)}`]);
    await client.until('connected');
    return client;
  };

  beforeAll(async () => {
    house = await startProcess({
      name: 'realtime-test', modules: [AuditModule, SessionsModule, AnswersModule, RealtimeModule],
      environment: { BUS_URL: 'memory:', KV_URL: 'memory:', REALTIME_PING_INTERVAL_MS: '150', REALTIME_SOCKETS_PER_USER: '2' },
    });
  });
  afterAll(() => house?.close());

  it('streams an answer in order and speaks the chosen subprotocol', async () => {
    const client = await open();
    expect(client.socket.protocol).toBe('voiceassist.v1');
    client.say('hello');
    await client.until('message_complete');
    expect(client.frames.filter(({ type }) => type !== 'ping').map(({ type }) => type)).toEqual(['connected', 'message_start', 'message_chunk', 'message_chunk', 'message_chunk', 'message_complete']);
    client.socket.close();
  });

  it('takes a ticket once', async () => {
    const ticket = await issue();
    await connect(['voiceassist.v1', `ticket.${ticket}`]).until('connected');
    expect(await connect(['voiceassist.v1', `ticket.${ticket}`]).closed).toBe(closeCodes.notAuthenticated);
    while (!audited.some(({ action }) => action === 'realtime.open-socket')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(audited.find(({ action }) => action === 'realtime.open-socket')).toMatchObject({ service: 'realtime', outcome: 'UNAUTHENTICATED', actor: { type: 'anonymous' }, clientNetwork: expect.any(String) });
  });

  it('admits pages of its own host only', async () => {
    const own = connect(['voiceassist.v1', `ticket.${await issue()}`], { origin: house.url });
    await own.until('connected');
    expect(await connect(['voiceassist.v1', `ticket.${await issue()}`], { origin: 'https://evil.example' }).closed).toBe(1006);
  });

  it('shows declared failures and hides crashes', async () => {
    const client = await open();
    client.say('fail');
    expect(await client.until('error')).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: 'The model is away.', fatal: false });
    client.frames.length = 0;
    client.say('crash');
    const crash = await client.until('error');
    expect(crash.code).toBe('INTERNAL');
    expect(JSON.stringify(crash)).not.toContain('secret');
    client.socket.close();
  });

  it('stops the producer on stop and completes with what was stored', async () => {
    const client = await open();
    const before = diary.stopped;
    client.say('endless');
    const { messageId } = await client.until('message_start');
    await client.until('message_chunk');
    client.socket.send(JSON.stringify({ type: 'stop', messageId }));
    expect(await client.until('message_complete')).toMatchObject({ stopped: true, content: 'word 0 ' });
    // the producer hears of it where it next looks
    while (diary.stopped === before) await new Promise((resolve) => setTimeout(resolve, 5));
    client.socket.close();
  });

  it('stops the producer when the person goes away', async () => {
    const client = await open();
    const before = diary.stopped;
    client.say('endless');
    await client.until('message_chunk');
    client.socket.terminate();
    while (diary.stopped === before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(diary.stopped).toBe(before + 1);
  });

  it('closes a socket that answers no ping', async () => {
    const silent = await open();
    expect(await silent.closed).toBe(closeCodes.idle);
  });

  it('limits the sockets of one person', async () => {
    const actor = person();
    const [first, second] = [await open(actor), await open(actor)];
    expect(await connect(['voiceassist.v1', `ticket.${await issue(actor)}`]).closed).toBe(closeCodes.tooMany);
    first.socket.close();
    second.socket.close();
  });

  it('ends the sockets of a session that was revoked', async () => {
    const actor = person();
    const client = await open(actor);
    const pong = setInterval(() => client.socket.send('{"type":"pong"}'), 50);
    diary.revoked.push({ sequence: diary.revoked.length + 1, sessionId: actor.sessionId, revokedAt: new Date().toISOString() });
    expect(await client.closed).toBe(closeCodes.notAuthenticated);
    clearInterval(pong);
  });

  it('ends the sockets of an emergency access that has ended, and gives none to tickets issued under it', async () => {
    const emergency = { emergencyId: randomUUID(), collectionId: randomUUID(), until: Math.floor(Date.now() / 1_000) + 3_600 };
    const actor = { ...person(), emergency };
    const [client, ticket] = [await open(actor), await issue(actor)];
    client.say('open');
    await client.until('message_complete');
    expect(diary.opened.at(-1)).toBe(emergency.collectionId);
    diary.revoked.push({ sequence: diary.revoked.length + 1, sessionId: emergency.emergencyId, revokedAt: new Date().toISOString() });
    expect(await client.closed).toBe(closeCodes.notAuthenticated);
    const later = connect(['voiceassist.v1', `ticket.${ticket}`]);
    await later.until('connected');
    later.say('open');
    await later.until('message_complete');
    expect(diary.opened.at(-1)).toBeUndefined();
    later.socket.close();
  });

  it('says that it restarts when it goes', async () => {
    const client = await open();
    const pong = setInterval(() => client.socket.readyState === client.socket.OPEN && client.socket.send('{"type":"pong"}'), 50);
    await house.close();
    expect(await client.closed).toBe(closeCodes.restarting);
    clearInterval(pong);
  });
});
