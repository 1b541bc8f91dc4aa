import { randomUUID } from 'node:crypto';
import { closeCodes, ClientFrame, type ServerFrame, socketProtocolVersion, type UserActor } from '@voiceassist/contracts';
import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { countClosed, messages, socketsOpen, socketsOpened } from './sockets.metrics.js';

export type ParsedClientFrame = z.output<typeof ClientFrame>;

export interface ConnectionEvents {
  onFrame(frame: ParsedClientFrame): void;
  onClosed(): void;
}

const misbehaviourLimit = 10;
const closeDeadlineMs = 2_000;

/** One open socket of one person: frames in and out, heartbeat, and an orderly end. */
export class Connection {
  readonly clientId = randomUUID();
  private missedPings = 0;
  private malformedFrames = 0;
  private heartbeat?: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly socket: WebSocket,
    readonly actor: UserActor,
    private readonly events: ConnectionEvents,
  ) {}

  open(pingIntervalMs: number): void {
    this.socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    this.socket.on('error', () => undefined); // ws closes by itself after a protocol error, with the right code
    this.socket.on('close', (code) => this.finish(code));
    socketsOpen.add(1);
    socketsOpened.add(1, { outcome: 'opened' });
    this.heartbeat = setInterval(() => this.beat(), pingIntervalMs);
    this.heartbeat.unref();
    void this.send({ type: 'connected', clientId: this.clientId, protocolVersion: socketProtocolVersion, capabilities: ['text', 'stop'] });
  }

  /** Resolves when the frame has left for the network, so that a slow reader slows its producer. */
  send(frame: ServerFrame): Promise<void> {
    if (this.closed || this.socket.readyState !== this.socket.OPEN) return Promise.resolve();
    messages.add(1, { direction: 'out', type: frame.type });
    return new Promise((resolve) => this.socket.send(JSON.stringify(frame), () => resolve()));
  }

  /** Tells the client what went wrong; never carries exception text. */
  fail(error: { code: string; message: string; messageId?: string; clientMessageId?: string }, fatal = false): void {
    void this.send({ type: 'error', fatal, ...error });
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), closeDeadlineMs).unref();
  }

  private receive(data: RawData, isBinary: boolean): void {
    this.missedPings = 0;
    if (isBinary) return this.misbehave('BINARY_NOT_SUPPORTED', 'Binary frames are for voice, which this server does not offer yet.');
    const frame = parseFrame(data);
    messages.add(1, { direction: 'in', type: frame?.type ?? 'malformed' });
    if (!frame) return this.misbehave('MALFORMED_FRAME', 'The frame is not a message of this protocol.');
    if (frame.type === 'ping') return void this.send({ type: 'pong' });
    if (frame.type !== 'pong') this.events.onFrame(frame);
  }

  private misbehave(code: string, message: string): void {
    this.malformedFrames += 1;
    const fatal = this.malformedFrames >= misbehaviourLimit;
    this.fail({ code, message }, fatal);
    if (fatal) this.close(closeCodes.policy, 'too many malformed frames');
  }

  private beat(): void {
    if (this.missedPings >= 2) return this.close(closeCodes.idle, 'no answer to ping');
    this.missedPings += 1;
    void this.send({ type: 'ping' });
  }

  private finish(code: number): void {
    if (this.closed) return;
    this.closed = true;
    socketsOpen.add(-1);
    countClosed(code);
    clearInterval(this.heartbeat);
    this.events.onClosed();
  }
}

function parseFrame(data: RawData): ParsedClientFrame | null {
  try {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.concat(data instanceof ArrayBuffer ? [Buffer.from(data)] : data).toString('utf8');
    const result = ClientFrame.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
