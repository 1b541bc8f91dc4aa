import type { PGlite } from '@electric-sql/pglite';
import { idle, readDataRow, readErrorText, simpleQuery, splitMessages, startupMessage, type } from './messages.js';
import { TurnQueue } from './turn-queue.js';

/** As whom a connection acts; taken on at hand-over, because the engine knows one session only. */
export interface Identity {
  readonly role: string;
  /** `search_path` from the connection's options; empty for the server's default. */
  readonly searchPath: string;
}

export const superuser = 'postgres';
const administrator: Identity = { role: superuser, searchPath: '' };

export interface Reply {
  readonly messages: readonly Buffer[];
  /** Transaction state if the reply ended with ReadyForQuery. */
  readonly status?: number;
}

export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const quoteLiteral = (value: string) => `'${value.replaceAll("'", "''")}'`;

function setupOf({ role, searchPath }: Identity): string {
  // RESET SESSION AUTHORIZATION changes nothing in this engine, so that the superuser is named too
  return `RESET ALL; SET SESSION AUTHORIZATION ${quoteIdentifier(role)}; ${searchPath ? `SET search_path TO ${searchPath}` : 'RESET search_path'}`;
}

/**
 * The engine's one session, lent to one connection at a time. Only raw protocol calls touch the engine: its `query` and
 * `exec` go on using the data callback of the last raw call and lose rows and errors.
 */
export class EngineSession {
  readonly #turns = new TurnQueue();
  #setup = '';

  constructor(
    private readonly engine: PGlite,
    /** Told when the engine itself failed: nothing it says from then on can be trusted. */
    private readonly onBroken: (error: unknown) => void,
  ) {}

  /** Waits for the turn and takes on the identity. The holder must `release`, outside a transaction. */
  async acquire(identity: Identity): Promise<void> {
    await this.#turns.take();
    try {
      const setup = setupOf(identity);
      if (this.#setup === setup) return;
      this.#setup = '';
      await this.#query(setup);
      this.#setup = setup;
    } catch (error) {
      this.#turns.pass();
      throw error;
    }
  }

  release(): void {
    this.#turns.pass();
  }

  /** Runs whole protocol messages and returns the answer's messages; only for the holder of the session. */
  async run(bytes: Uint8Array): Promise<Reply> {
    const pieces: Uint8Array[] = [];
    try {
      await this.engine.execProtocolRawStream(bytes, { onRawData: (piece) => void pieces.push(piece.slice()) }); // the engine reuses the buffer
    } catch (error) {
      this.onBroken(error); // SQL errors are answers; what is thrown here is a trap inside the engine
      throw error;
    }
    const messages = [...splitMessages(Buffer.concat(pieces))];
    const ready = messages.findLast((message) => message[0] === type.readyForQuery);
    return { messages, status: ready?.[5] };
  }

  /** Leaves the session as a new holder expects it, whatever state the last one died in. */
  async abandon(): Promise<void> {
    try {
      const { status } = await this.run(Buffer.from([type.sync, 0, 0, 0, 4]));
      if (status !== idle) await this.#query('ROLLBACK');
    } finally {
      this.release();
    }
  }

  /** Runs SQL as the administrator and returns its rows as text. */
  async administer(sql: string): Promise<(string | null)[][]> {
    await this.acquire(administrator);
    try {
      return await this.#query(sql);
    } finally {
      this.release();
    }
  }

  /** Server parameters that a client expects to be told when it connects. */
  async greeting(): Promise<Buffer> {
    await this.#turns.take();
    try {
      const { messages } = await this.run(startupMessage({ user: superuser, database: superuser, client_encoding: 'UTF8' }));
      return Buffer.concat(messages.filter((message) => message[0] === type.parameterStatus));
    } finally {
      this.#turns.pass();
    }
  }

  async #query(sql: string): Promise<(string | null)[][]> {
    const { messages } = await this.run(simpleQuery(sql));
    const error = messages.find((message) => message[0] === type.errorResponse);
    if (error) throw new Error(readErrorText(error));
    return messages.filter((message) => message[0] === type.dataRow).map(readDataRow);
  }
}
