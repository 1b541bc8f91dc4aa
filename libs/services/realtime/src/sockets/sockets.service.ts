import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { anonymous, closeCodes, decideAccess, maxClientFrameBytes, rag, realtime, socketPath, type Actor, type UserActor } from '@voiceassist/contracts';
import { attackerOf, HttpEdge, refuseBare, ServiceLogger } from '@voiceassist/kit';
import { Bus, IdentityConfig, Refusals, RevocationFeed } from '@voiceassist/messaging';
import { RateLimits } from '@voiceassist/storage';
import { WebSocketServer, type WebSocket } from 'ws';
import { RealtimeConfig } from '../realtime.config.js';
import { chosenSubprotocol, isOriginAllowed } from './admission.js';
import { clientAddressOf } from './client-address.js';
import { AnswerRelay } from './answer-relay.js';
import { Connection, type ParsedClientFrame } from './connection.js';
import { endOfProof } from './present-actor.js';
import { SocketActors } from './socket-actors.service.js';
import { socketsOpen, socketsOpened, streamsOpen } from './sockets.metrics.js';

type QuestionFrame = Extract<ParsedClientFrame, { type: 'message' }>;

interface OpenSocket {
  readonly connection: Connection;
  readonly relay: AnswerRelay;
  readonly requestId: string;
  readonly address: string;
  /** Milliseconds since the epoch after which it takes no more questions. */
  readonly provenUntil: number;
}

interface Client {
  readonly requestId: string;
  readonly address: string;
}

const drainDeadlineMs = 8_000;
const lookEveryMs = 1_000;
const refusals = {
  restarting: { outcome: 'restarting', code: closeCodes.restarting },
  'not authenticated': { outcome: 'not-authenticated', code: closeCodes.notAuthenticated },
  'not allowed': { outcome: 'forbidden', code: closeCodes.forbidden },
  'too many sockets': { outcome: 'too-many', code: closeCodes.tooMany },
  'try again': { outcome: 'unavailable', code: closeCodes.tryAgain },
} as const;

/** Accepts sockets, knows which are open, and ends them when their session ends, their proof grows old or the process goes. */
@Injectable()
export class Sockets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: maxClientFrameBytes, handleProtocols: chosenSubprotocol, clientTracking: false });
  private readonly open = new Set<OpenSocket>();
  private looking: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(
    private readonly edge: HttpEdge,
    private readonly bus: Bus,
    private readonly actors: SocketActors,
    private readonly revocations: RevocationFeed,
    private readonly limits: RateLimits,
    private readonly config: RealtimeConfig,
    private readonly identity: IdentityConfig,
    private readonly refusals: Refusals,
    private readonly logger: ServiceLogger,
  ) {}

  get count(): number {
    return this.open.size;
  }

  onApplicationBootstrap(): void {
    socketsOpen.add(0);
    streamsOpen.add(0);
    this.edge.onUpgrade(socketPath, (request, socket, head) => void this.admit(request, socket, head));
    this.revocations.onRevoked((sessionId) => this.endSession(sessionId));
    this.looking = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    clearInterval(this.looking);
    const finished = Promise.allSettled([...this.open].map(({ relay }) => relay.settled()));
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, drainDeadlineMs).unref())]);
    for (const { connection } of this.open) connection.close(closeCodes.restarting, 'restarting');
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const client = this.clientOf(request);
    const rules = { allowedOrigins: this.config.REALTIME_ALLOWED_ORIGINS, trustForwardedHost: this.config.REALTIME_BEHIND_GATEWAY };
    if (!isOriginAllowed(request, rules)) {
      this.note(client, 'FORBIDDEN');
      socketsOpened.add(1, { outcome: 'forbidden-origin' });
      return refuseBare(socket, 403, request);
    }
    const verdict = await this.limits.consume({ name: 'upgrades', key: attackerOf(client.address), points: this.config.REALTIME_UPGRADES_PER_MINUTE, windowMs: 60_000 });
    if (!verdict.allowed) {
      this.note(client, 'RATE_LIMITED');
      socketsOpened.add(1, { outcome: 'rate-limited' });
      return refuseBare(socket, 429, request);
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => void this.welcome(webSocket, request, client));
  }

  private async welcome(webSocket: WebSocket, request: IncomingMessage, client: Client): Promise<void> {
    if (this.draining) return refuse(webSocket, 'restarting');
    webSocket.pause(); // frames sent before the check is done wait instead of getting lost
    const actor = await this.actors.identify(request);
    if (actor === 'unknown' || actor === 'untold') {
      this.note(client, actor === 'unknown' ? 'UNAUTHENTICATED' : 'UNAVAILABLE');
      return refuse(webSocket, actor === 'unknown' ? 'not authenticated' : 'try again');
    }
    if (decideAccess(realtime.issueTicket, actor) !== 'allowed') {
      this.note(client, 'FORBIDDEN', actor);
      return refuse(webSocket, 'not allowed');
    }
    const own = [...this.open].filter(({ connection }) => connection.actor.userId === actor.userId);
    if (own.length >= this.config.REALTIME_SOCKETS_PER_USER) {
      this.note(client, 'RATE_LIMITED', actor);
      return refuse(webSocket, 'too many sockets');
    }
    this.begin(webSocket, actor, client);
  }

  private clientOf(request: IncomingMessage): Client {
    const { REALTIME_BEHIND_GATEWAY: behindGateway } = this.config;
    const told = request.headers['x-request-id'];
    return { requestId: typeof told === 'string' && behindGateway ? told : randomUUID(), address: clientAddressOf(request, this.edge, behindGateway) };
  }

  /** Leaves an audit row of a socket that was not opened. */
  private note({ requestId, address }: Client, outcome: string, actor: Actor = anonymous): void {
    this.refusals.note({ contract: { audit: 'realtime.open-socket' }, actor, requestId, clientAddress: address, outcome });
  }

  private begin(webSocket: WebSocket, actor: UserActor, client: Client): void {
    const connection = new Connection(webSocket, actor, {
      onFrame: (frame) => void this.obey(entry, frame),
      onClosed: () => {
        this.open.delete(entry);
        entry.relay.stopAll();
      },
    });
    const provenUntil = endOfProof(actor, this.identity.AUTH_ACCESS_TOKEN_SECONDS);
    const entry: OpenSocket = { connection, relay: this.relayOf(connection, client.address), ...client, provenUntil };
    this.open.add(entry);
    connection.open(this.config.REALTIME_PING_INTERVAL_MS);
    webSocket.resume();
    // either may have ended while the ticket was on its way
    const hasEnded = [actor.sessionId, actor.emergency?.emergencyId].some((id) => id !== undefined && this.revocations.isRevoked(id));
    if (hasEnded) connection.close(closeCodes.notAuthenticated, 'session ended');
  }

  private relayOf(connection: Connection, address: string): AnswerRelay {
    const client = { maxAnswers: this.config.REALTIME_ANSWERS_PER_SOCKET, address, opening: trace.getActiveSpan()?.spanContext() };
    return new AnswerRelay({ bus: this.bus, logger: this.logger }, connection, client);
  }

  private async obey(entry: OpenSocket, frame: ParsedClientFrame): Promise<void> {
    if (frame.type === 'stop') return entry.relay.stop(frame.messageId);
    if (frame.type !== 'message') return;
    if (this.draining) return this.refuseQuestion(entry, frame, { code: 'UNAVAILABLE', message: 'The server restarts; ask again in a moment.' });
    await this.revocations.freshen();
    if (!this.revocations.isFresh || Date.now() >= entry.provenUntil) {
      this.refuseQuestion(entry, frame, { code: 'UNAVAILABLE', message: 'Your session has to be checked anew; ask again in a moment.' });
      return this.check(entry);
    }
    const verdict = await this.limits.consume({ name: 'questions', key: entry.connection.actor.userId, points: this.config.REALTIME_QUESTIONS_PER_MINUTE, windowMs: 60_000 });
    if (!verdict.allowed) return this.refuseQuestion(entry, frame, { code: 'RATE_LIMITED', message: 'Too many questions; wait a moment.' });
    if (entry.relay.isFull) return this.refuseQuestion(entry, frame, { code: 'RATE_LIMITED', message: 'Wait for the running answers first.' });
    entry.relay.start(frame);
  }

  private refuseQuestion({ connection, requestId, address }: OpenSocket, frame: QuestionFrame, { code, message }: { code: string; message: string }): void {
    this.refusals.note({ contract: rag.streamAnswer, actor: connection.actor, requestId, clientAddress: address, outcome: code, values: [frame] });
    connection.fail({ code, message, clientMessageId: frame.clientMessageId });
  }

  private async look(): Promise<void> {
    await this.revocations.freshen();
    for (const entry of this.open) this.check(entry);
  }

  /**
   * Fails closed: nothing goes on while nobody can tell who is still signed in. A socket whose proof is too old takes
   * nothing new and is closed when its running answers are done, which their own deadline bounds.
   */
  private check({ connection, relay, provenUntil }: OpenSocket): void {
    if (!this.revocations.isFresh) {
      relay.stopAll();
      connection.close(closeCodes.tryAgain, 'sessions cannot be checked');
    } else if (Date.now() >= provenUntil && relay.isIdle) connection.close(closeCodes.expired, 'open another socket');
  }

  /** The id is that of a session, or of an emergency access during which the socket was opened. */
  private endSession(id: string): void {
    for (const { connection, relay } of this.open) {
      if (connection.actor.sessionId !== id && connection.actor.emergency?.emergencyId !== id) continue;
      relay.stopAll();
      connection.close(closeCodes.notAuthenticated, 'session ended');
    }
  }
}

function refuse(webSocket: WebSocket, reason: keyof typeof refusals): void {
  const { outcome, code } = refusals[reason];
  socketsOpened.add(1, { outcome });
  webSocket.resume();
  webSocket.close(code, reason);
}
