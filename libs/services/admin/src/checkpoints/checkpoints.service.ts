import { Injectable } from '@nestjs/common';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource, type EntityManager } from 'typeorm';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { genesisHash, type ChainEnd } from '../ledger/ledger-entry.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { CheckpointKeys } from './checkpoint-keys.js';
import { CheckpointCopies } from './checkpoint-copies.js';
import { CheckpointStatement, signCheckpoint, statementHash, type CheckpointCopy } from './checkpoint.js';

/** Longer runs of letters and digits the log takes for secrets. */
const loggedDigits = 40;

type Removal = NonNullable<CheckpointStatement['removed']>;

/** Signs where the ledger stands, in the database, in the blob store and in the log. */
@Injectable()
export class Checkpoints {
  private readonly uncopied: CheckpointCopy[] = [];

  constructor(
    private readonly database: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly tables: LedgerTables,
    private readonly keys: CheckpointKeys,
    private readonly copies: CheckpointCopies,
    private readonly logger: ServiceLogger,
  ) {}

  /** Takes a checkpoint unless the last one already says the same, or is younger than `unlessYoungerThanMs`. */
  async take({ unlessYoungerThanMs = 0 } = {}): Promise<void> {
    const taken = await this.database.transaction(async (manager) => {
      await this.ledger.lock(manager);
      const last = await this.last(manager);
      const end = await this.ledger.end(manager);
      if (last && (last.statement.sequence >= end.sequence || Date.now() - Date.parse(last.statement.takenAt) < unlessYoungerThanMs)) return [];
      const closed = last ? await this.lastOfDay(manager, last.statement.day, end) : undefined;
      const ofDay = closed && closed.sequence > (last?.statement.sequence ?? 0) ? [await this.write(manager, { kind: 'day', end: closed })] : [];
      return [...ofDay, await this.write(manager, { kind: 'periodic', end })];
    });
    await this.copy(taken);
  }

  /** Encrypts signing keys that releases before have stored as they were. */
  async sealKeys(): Promise<void> {
    const sealed = await this.database.transaction(async (manager) => {
      await this.ledger.lock(manager);
      return this.keys.sealPlain(manager);
    });
    if (sealed > 0) this.logger.info('signing keys of the audit are encrypted now', { keys: sealed });
  }

  /** Within the transaction that removes the entries, under the ledger's lock; once that is committed `copy` has to follow. */
  async buryWithin(manager: EntityManager, removed: Removal): Promise<CheckpointCopy> {
    return this.write(manager, { kind: 'tombstone', end: await this.ledger.end(manager), removed });
  }

  /** Brings committed checkpoints into the blob store, and those that could not be brought there before. */
  async copy(taken: readonly CheckpointCopy[]): Promise<void> {
    this.uncopied.push(...taken);
    for (let copy = this.uncopied[0]; copy; copy = this.uncopied[0]) {
      await this.copies.put(copy);
      this.uncopied.shift();
      this.logger.info('audit checkpoint taken', { number: copy.number, hash: statementHash(copy.statement).slice(0, loggedDigits), kid: copy.kid });
    }
  }

  private async write(manager: EntityManager, about: { kind: CheckpointStatement['kind']; end: ChainEnd; removed?: Removal }): Promise<CheckpointCopy> {
    const last = await this.last(manager);
    const key = await this.keys.current(manager);
    const { sequence, day, position, hash } = about.end;
    const signed = signCheckpoint({
      format: 'voiceassist-audit-checkpoint-1', number: (last?.statement.number ?? 0) + 1, kind: about.kind, takenAt: new Date().toISOString(),
      sequence, day, position, hash, previous: last ? statementHash(last.text) : genesisHash, removed: about.removed,
    }, key);
    await manager.query(`INSERT INTO ${this.tables.checkpoint} (number, day, statement, kid, signature) VALUES ($1, current_date, $2, $3, $4)`, [
      signed.number, signed.statement, signed.kid, signed.signature,
    ]);
    return { ...signed, publicKey: key.publicKey };
  }

  private async last(manager: EntityManager): Promise<{ statement: CheckpointStatement; text: string } | null> {
    const [row] = await manager.query<{ statement: string }[]>(`SELECT statement FROM ${this.tables.checkpoint} ORDER BY number DESC LIMIT 1`);
    return row ? { statement: CheckpointStatement.parse(JSON.parse(row.statement)), text: row.statement } : null;
  }

  /** The end of a day that is over. */
  private async lastOfDay(manager: EntityManager, day: string, end: ChainEnd): Promise<ChainEnd | undefined> {
    if (day === '' || day === end.day) return undefined;
    const [row] = await manager.query<{ sequence: string; day: string; position: number; hash: string }[]>(
      `SELECT sequence, day::text AS day, position, hash FROM ${this.tables.entry} WHERE day = $1 ORDER BY sequence DESC LIMIT 1`, [day],
    );
    return row && { ...row, sequence: Number(row.sequence) };
  }
}
