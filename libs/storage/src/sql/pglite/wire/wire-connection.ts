import type { Socket } from 'node:net';
import type { EngineSession, Identity } from './engine-session.js';
import { type FrameReader, ProtocolViolation } from './frame-reader.js';
import { fatalError, idle, type } from './messages.js';
import { inspect } from './statements.js';

const idleInTransaction =
  'terminating connection due to idle-in-transaction timeout (single-session engine: inside a transaction use only its own manager)';

/** What connections share: the session and who listens to which channel. */
export interface WireHub {
  readonly session: EngineSession;
  readonly idleInTransactionMs: number;
  listen(channel: string, connection: WireConnection): void;
  unlisten(channel: string, connection: WireConnection): void;
  notify(notification: Buffer): void;
}

/** One signed-in client. It holds the engine's session from its first message until the engine reports "idle". */
export class WireConnection {
  #holds = false;
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly hub: WireHub,
    private readonly identity: Identity,
  ) {}

  /** Serves until the client leaves; always gives the session back, rolled back if need be. */
  async serve(reader: FrameReader, chunks: AsyncIterator<Buffer>): Promise<void> {
    try {
      await this.#runComplete(reader);
      for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) {
        clearTimeout(this.#timer);
        reader.push(chunk.value);
        if (!(await this.#runComplete(reader))) return;
        this.#armTimer();
      }
    } finally {
      clearTimeout(this.#timer);
      if (this.#holds) await this.hub.session.abandon();
    }
  }

  write(bytes: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Runs all whole messages that have arrived; false when the client said goodbye. */
  async #runComplete(reader: FrameReader): Promise<boolean> {
    for (;;) {
      const { batch, terminated } = this.#nextBatch(reader);
      if (batch.length > 0) await this.#run(batch);
      if (terminated || this.socket.destroyed) return false;
      if (batch.length === 0) return true;
    }
  }

  /** Messages up to the next point at which the engine answers: one call instead of five for a prepared query. */
  #nextBatch(reader: FrameReader): { batch: Buffer[]; terminated: boolean } {
    const batch: Buffer[] = [];
    for (let frame = reader.next(); frame; frame = reader.next()) {
      if (frame[0] === type.terminate) return { batch, terminated: true };
      const inspection = inspect(frame);
      for (const channel of inspection.listen) this.hub.listen(channel, this);
      if (inspection.unlisten !== undefined) this.hub.unlisten(inspection.unlisten, this);
      batch.push(inspection.frame);
      if (frame[0] === type.query || frame[0] === type.sync) break;
    }
    return { batch, terminated: false };
  }

  async #run(batch: Buffer[]): Promise<void> {
    if (!this.#holds) {
      await this.hub.session.acquire(this.identity);
      this.#holds = true;
      if (this.socket.destroyed) return;
    }
    const { messages, status } = await this.hub.session.run(batch.length === 1 && batch[0] ? batch[0] : Buffer.concat(batch));
    const own: Buffer[] = [];
    for (const message of messages) {
      if (message[0] === type.notification) this.hub.notify(message);
      else own.push(message);
    }
    if (status === idle) {
      this.#holds = false;
      this.hub.session.release();
    }
    if (own.length > 0) await this.#send(Buffer.concat(own));
  }

  /** A slow reader must take this answer before it gets the next one; inside a transaction nobody may wait for it. */
  async #send(bytes: Buffer): Promise<void> {
    if (this.socket.destroyed || this.socket.write(bytes) || this.#holds) return;
    await new Promise<void>((resolve) => {
      this.socket.once('drain', resolve);
      this.socket.once('close', resolve);
    });
  }

  #armTimer(): void {
    if (!this.#holds) return;
    this.#timer = setTimeout(() => {
      this.write(fatalError('25P03', idleInTransaction));
      this.socket.destroySoon();
    }, this.hub.idleInTransactionMs);
  }
}

export function asProtocolError(error: unknown): Buffer {
  return error instanceof ProtocolViolation ? fatalError('08P01', error.message) : fatalError('XX000', 'the database connection failed');
}
