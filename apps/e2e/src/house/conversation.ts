import { randomUUID } from 'node:crypto';
import { type ClientFrame, realtime, ServerFrame, socketPath, socketSubprotocol } from '@voiceassist/contracts';
import { WebSocket } from 'ws';
import type { Person } from './person.js';

type Frame = ServerFrame;
export type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>;

/** One socket as the page opens it: by ticket, with every frame checked against the protocol. */
export class Conversation {
  readonly frames: Frame[] = [];
  private readonly waiting = new Set<() => void>();
  closed?: { code: number; reason: string };

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.add(ServerFrame.parse(JSON.parse(data.toString()))));
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.wake();
    });
  }

  static async open(person: Person): Promise<Conversation> {
    const { ticket } = await person.client.request(realtime.issueTicket, {});
    const conversation = Conversation.raw(person.product.url, [socketSubprotocol, `ticket.${ticket}`]);
    await conversation.next('connected');
    return conversation;
  }

  /** A socket with whatever the caller offers, for the refusals. */
  static raw(url: string, protocols: string[], headers: Record<string, string> = {}): Conversation {
    return new Conversation(new WebSocket(`${url.replace('http', 'ws')}${socketPath}`, protocols, { headers }));
  }

  send(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Buffer): void {
    this.socket.send(data);
  }

  ask(content: string, more: { conversationId?: string; collectionIds?: string[]; clientMessageId?: string } = {}): void {
    this.send({ type: 'message', clientMessageId: randomUUID(), content, ...more });
  }

  /** Asks and reads until the answer is complete. */
  async answerTo(content: string, more: { conversationId?: string; collectionIds?: string[] } = {}): Promise<FrameOf<'message_complete'>> {
    this.frames.length = 0;
    this.ask(content, more);
    return this.next('message_complete', 60_000);
  }

  /** The first frame of a kind, also one that came before; fails on an error frame unless that is what is awaited. */
  async next<T extends Frame['type']>(type: T, timeoutMs = 20_000): Promise<FrameOf<T>> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.frames.find((frame): frame is FrameOf<T> => frame.type === type);
      if (found) return found;
      const failure = this.frames.find((frame) => frame.type === 'error');
      if (failure) throw new Error(`error frame: ${JSON.stringify(failure)}`);
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason} while waiting for ${type}`);
      await this.change(deadline - Date.now(), type);
    }
  }

  async end(timeoutMs = 20_000): Promise<{ code: number; reason: string }> {
    const deadline = Date.now() + timeoutMs;
    while (!this.closed) await this.change(deadline - Date.now(), 'the close');
    return this.closed;
  }

  close(): void {
    this.socket.close();
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.socket.terminate();
  }

  private add(frame: Frame): void {
    this.frames.push(frame);
    if (frame.type === 'ping') this.send({ type: 'pong' });
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private change(timeoutMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came while waiting for ${what}; frames: ${JSON.stringify(this.frames).slice(0, 2_000)}`)), Math.max(timeoutMs, 0));
      this.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
