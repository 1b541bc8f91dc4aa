import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { EngineSession } from './engine-session.js';
import { FrameReader } from './frame-reader.js';
import { signIn } from './handshake.js';
import { readNotificationChannel } from './messages.js';
import { asProtocolError, WireConnection, type WireHub } from './wire-connection.js';

export interface WireServerOptions {
  /** Unix socket path, or TCP host and port. */
  readonly listen: ListenOptions;
  /** Asks every client for its password; the superuser's is this one, other roles have their own. */
  readonly superuserPassword?: string;
  /** After how long a silent client loses its open transaction, because everybody else waits for it. */
  readonly idleInTransactionMs?: number;
}

const signInTimeoutMs = 10_000;

/** An uncaught error ends the process (through its worker, if there is one): a restart reopens the last committed state. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw new Error('the embedded database engine broke', { cause: error });
  });
}

/**
 * PGlite behind the PostgreSQL protocol for any number of clients. The engine has one session: it is handed from client to
 * client between transactions and takes on each one's role and search path.
 */
export class WireServer implements WireHub {
  readonly session: EngineSession;
  readonly idleInTransactionMs: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #work = new Set<Promise<void>>();
  readonly #listeners = new Map<string, Set<WireConnection>>();
  #greeting = Buffer.alloc(0);

  constructor(
    engine: PGlite,
    private readonly options: WireServerOptions,
  ) {
    this.session = new EngineSession(engine, endProcess);
    this.idleInTransactionMs = options.idleInTransactionMs ?? 10_000;
    this.#server = createServer({ noDelay: true }, (socket) => {
      const work = this.#serve(socket).finally(() => this.#work.delete(work));
      this.#work.add(work);
    });
  }

  async start(): Promise<void> {
    this.#greeting = Buffer.from(await this.session.greeting());
    this.#server.listen(this.options.listen);
    await once(this.#server, 'listening');
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Disconnects everybody, rolls back what is open, and resolves when the engine is free. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await Promise.all(this.#work);
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // a client that breaks off is ordinary: the session is rolled back below
    const reader = new FrameReader();
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // no encoding is set, so chunks are buffers
    try {
      const connection = await this.#signIn({ socket, reader, chunks });
      if (connection) await connection.serve(reader, chunks).finally(() => this.unlisten('*', connection));
      socket.end();
    } catch (error) {
      if (!socket.destroyed) socket.end(asProtocolError(error));
    } finally {
      this.#sockets.delete(socket);
      socket.destroySoon();
    }
  }

  async #signIn(line: { socket: Socket; reader: FrameReader; chunks: AsyncIterator<Buffer> }): Promise<WireConnection | null> {
    const timer = setTimeout(() => line.socket.destroy(), signInTimeoutMs);
    try {
      const policy = { session: this.session, greeting: this.#greeting, superuserPassword: this.options.superuserPassword };
      const identity = await signIn(line, policy);
      return identity && new WireConnection(line.socket, this, identity);
    } finally {
      clearTimeout(timer);
    }
  }

  listen(channel: string, connection: WireConnection): void {
    const connections = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, connections.add(connection));
  }

  unlisten(channel: string, connection: WireConnection): void {
    const left = channel === '*' ? [...this.#listeners.keys()] : [channel];
    for (const name of left) this.#listeners.get(name)?.delete(connection);
  }

  notify(notification: Buffer): void {
    for (const connection of this.#listeners.get(readNotificationChannel(notification)) ?? []) connection.write(notification);
  }
}
