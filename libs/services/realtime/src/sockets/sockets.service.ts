import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { anonymous, closeCodes, decideAccess, maxClientFrameBytes, realtime, socketPath, type Actor, type UserActor } from '@voiceassist/contracts';
import { HttpEdge, refuseBare, ServiceLogger } from '@voiceassist/kit';
import { AccessTokenVerifier, Bus, Refusals, RevocationFeed } from '@voiceassist/messaging';
import { RateLimits } from '@voiceassist/storage';
import { WebSocketServer, type WebSocket } from 'ws';
import { RealtimeConfig } from '../realtime.config.js';
import { Tickets } from '../tickets/tickets.service.js';
import { chosenSubprotocol, credentialOf, isOriginAllowed } from './admission.js';
import { clientAddressOf } from './client-address.js';
import { AnswerRelay } from './answer-relay.js';
import { Connection, type ParsedClientFrame } from './connection.js';
import { socketsOpen, socketsOpened, streamsOpen } from './sockets.metrics.js';

interface OpenSocket {
  readonly connection: Connection;
  readonly relay: AnswerRelay;
}

const drainDeadlineMs = 8_000;
const refusalOutcomes = { restarting: 'restarting', 'not authenticated': 'not-authenticated', 'not allowed': 'forbidden', 'too many sockets': 'too-many' } as const;

/** Accepts sockets, knows which are open, and ends them when their session ends or the process goes. */
@Injectable()
export class Sockets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: maxClientFrameBytes, handleProtocols: chosenSubprotocol, clientTracking: false });
  private readonly open = new Set<OpenSocket>();
  private draining = false;

  constructor(
    private readonly edge: HttpEdge,
    private readonly bus: Bus,
    private readonly tickets: Tickets,
    private readonly tokens: AccessTokenVerifier,
    private readonly revocations: RevocationFeed,
    private readonly limits: RateLimits,
    private readonly config: RealtimeConfig,
    private readonly refusals: Refusals,
    private readonly logger: ServiceLogger,
  ) {}

  get count(): number {
    return this.open.size;
  }

  onApplicationBootstrap(): void {
    socketsOpen.add(0);
    streamsOpen.add(0);
    this.edge.onUpgrade(socketPath, (request, socket, head) => this.admit(request, socket, head));
    this.revocations.onRevoked((sessionId) => this.endSession(sessionId));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    const finished = Promise.allSettled([...this.open].map(({ relay }) => relay.settled()));
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, drainDeadlineMs).unref())]);
    for (const { connection } of this.open) connection.close(closeCodes.restarting, 'restarting');
  }

  private admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const rules = { allowedOrigins: this.config.REALTIME_ALLOWED_ORIGINS, trustForwardedHost: this.config.REALTIME_BEHIND_GATEWAY };
    if (!isOriginAllowed(request, rules)) {
      this.note(request, 'FORBIDDEN');
      socketsOpened.add(1, { outcome: 'forbidden-origin' });
      return refuseBare(socket, 403, request);
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => void this.welcome(webSocket, request));
  }

  private async welcome(webSocket: WebSocket, request: IncomingMessage): Promise<void> {
    if (this.draining) return refuse(webSocket, closeCodes.restarting, 'restarting');
    webSocket.pause(); // frames sent before the check is done wait instead of getting lost
    const actor = await this.authenticate(request);
    if (!actor) {
      this.note(request, 'UNAUTHENTICATED');
      return refuse(webSocket, closeCodes.notAuthenticated, 'not authenticated');
    }
    if (decideAccess(realtime.issueTicket, actor) !== 'allowed') {
      this.note(request, 'FORBIDDEN', actor);
      return refuse(webSocket, closeCodes.forbidden, 'not allowed');
    }
    const own = [...this.open].filter(({ connection }) => connection.actor.userId === actor.userId);
    if (own.length >= this.config.REALTIME_SOCKETS_PER_USER) return refuse(webSocket, closeCodes.tooMany, 'too many sockets');
    this.begin(webSocket, actor, clientAddressOf(request, this.config.REALTIME_BEHIND_GATEWAY));
  }

  /** Leaves an audit row of a socket that was not opened. */
  private note(request: IncomingMessage, outcome: string, actor: Actor = anonymous): void {
    const told = request.headers['x-request-id'];
    const requestId = typeof told === 'string' && this.config.REALTIME_BEHIND_GATEWAY ? told : randomUUID();
    this.refusals.note({ contract: { audit: 'realtime.open-socket' }, actor, requestId, clientAddress: clientAddressOf(request, this.config.REALTIME_BEHIND_GATEWAY), outcome });
  }

  private begin(webSocket: WebSocket, actor: UserActor, address: string | undefined): void {
    const connection = new Connection(webSocket, actor, {
      onFrame: (frame) => void this.obey(entry, frame),
      onClosed: () => {
        this.open.delete(entry);
        entry.relay.stopAll();
      },
    });
    const entry: OpenSocket = { connection, relay: this.relayOf(connection, address) };
    this.open.add(entry);
    connection.open(this.config.REALTIME_PING_INTERVAL_MS);
    webSocket.resume();
    // either may have ended while the ticket was on its way
    const hasEnded = [actor.sessionId, actor.emergency?.emergencyId].some((id) => id !== undefined && this.revocations.isRevoked(id));
    if (hasEnded) connection.close(closeCodes.notAuthenticated, 'session ended');
  }

  private relayOf(connection: Connection, address: string | undefined): AnswerRelay {
    const client = { maxAnswers: this.config.REALTIME_ANSWERS_PER_SOCKET, address, opening: trace.getActiveSpan()?.spanContext() };
    return new AnswerRelay({ bus: this.bus, logger: this.logger }, connection, client);
  }

  private async obey({ connection, relay }: OpenSocket, frame: ParsedClientFrame): Promise<void> {
    if (frame.type === 'stop') return relay.stop(frame.messageId);
    if (frame.type !== 'message') return;
    if (this.draining) return connection.fail({ code: 'UNAVAILABLE', message: 'The server restarts; ask again in a moment.', clientMessageId: frame.clientMessageId });
    const verdict = await this.limits.consume({ name: 'questions', key: connection.actor.userId, points: this.config.REALTIME_QUESTIONS_PER_MINUTE, windowMs: 60_000 });
    if (!verdict.allowed) return connection.fail({ code: 'RATE_LIMITED', message: 'Too many questions; wait a moment.', clientMessageId: frame.clientMessageId });
    relay.start(frame);
  }

  private async authenticate(request: IncomingMessage): Promise<UserActor | null> {
    const credential = credentialOf(request);
    if (!credential) return null;
    try {
      const actor = credential.kind === 'ticket' ? await this.tickets.redeem(credential.value) : (await this.tokens.verify(credential.value)).actor;
      return actor && !this.revocations.isRevoked(actor.sessionId) ? this.withoutEndedEmergency(actor) : null;
    } catch {
      return null; // an unverifiable credential is no credential; the verifier's dependency shows in /ready
    }
  }

  /** A ticket may be older than the end of the emergency access that it was issued under. */
  private withoutEndedEmergency({ emergency, ...actor }: UserActor): UserActor {
    return emergency && !this.revocations.isRevoked(emergency.emergencyId) ? { ...actor, emergency } : actor;
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

function refuse(webSocket: WebSocket, code: number, reason: 'restarting' | 'not authenticated' | 'not allowed' | 'too many sockets'): void {
  socketsOpened.add(1, { outcome: refusalOutcomes[reason] });
  webSocket.resume();
  webSocket.close(code, reason);
}
