import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { LedgerSeal } from '../sealing/ledger-seal.js';
import { emptyChain, entryAt, placeAfter, type ChainEnd } from './ledger-entry.js';
import { LedgerTables } from './ledger-tables.js';
import { columnsOf } from './search-columns.js';

/** One number for "we are looking after the ledger", so that replicas do it one after the other. */
const ledgerLock = `SELECT pg_advisory_xact_lock(hashtext('voiceassist:audit-ledger'))`;

interface EndRow {
  readonly sequence: string;
  readonly day: string;
  readonly position: number;
  readonly hash: string;
}

const columns = 'sequence, day, position, received_at, previous, hash, record, audit_id, occurred_at, service, action, kind, outcome, actor_user_id, request_id, object_ids, producer_run, producer_number';

/**
 * Adds to the ledger, one entry after another, whichever replica asks: two that add at the same time want the same
 * sequence, which the table takes once, and nobody sees an entry to follow before it is committed.
 */
@Injectable()
export class LedgerRepository {
  /** What this replica believes to be the end; whatever is added proves it or fails. */
  private believed?: ChainEnd;
  /** Records without a transaction are added one after the other, instead of racing for the same sequence. */
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
    private readonly sealing: LedgerSeal,
  ) {}

  /** Adds a record; the same `auditId` twice leaves one entry. */
  append(record: AuditRecord, manager?: EntityManager): Promise<void> {
    // who holds a transaction must not wait for anybody who may need its session
    if (manager) return this.appendWith(manager, record);
    const turn = this.lastTurn.then(() => this.appendWith(this.database.manager, record));
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private async appendWith(manager: EntityManager, record: AuditRecord): Promise<void> {
    if (this.believed && (await this.tryToAppend(manager, record, { end: this.believed, proven: false }))) return;
    while (!(await this.isKnown(manager, record.auditId))) {
      if (await this.tryToAppend(manager, record, { end: await this.end(manager), proven: true })) return;
    }
  }

  /** Waits until no other replica takes a checkpoint, changes a hold or removes entries; ends with the manager's transaction. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query(ledgerLock);
  }

  /** The last entry; after a removal of everything the last one that a checkpoint knows, so that the chain goes on from there. */
  async end(manager: EntityManager): Promise<ChainEnd> {
    const { entry, checkpoint } = this.tables;
    const [row] = await manager.query<EndRow[]>(
      `SELECT * FROM (
         (SELECT sequence, day::text AS day, position, hash FROM ${entry} ORDER BY sequence DESC LIMIT 1)
         UNION ALL
         (SELECT (statement::json->>'sequence')::bigint, statement::json->>'day', (statement::json->>'position')::integer, statement::json->>'hash' FROM ${checkpoint} ORDER BY number DESC LIMIT 1)
       ) ends ORDER BY sequence DESC LIMIT 1`,
    );
    return row ? { ...row, sequence: Number(row.sequence) } : emptyChain;
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(`SELECT coalesce(max(sequence) - min(sequence) + 1, 0)::int AS count FROM ${this.tables.entry}`);
    return row?.count ?? 0;
  }

  private async isKnown(manager: EntityManager, auditId: string): Promise<boolean> {
    const [row] = await manager.query<unknown[]>(`SELECT 1 FROM ${this.tables.entry} WHERE audit_id = $1`, [auditId]);
    return row !== undefined;
  }

  /** False when somebody else was faster, when the end is not what was believed, or when the record is there already. */
  private async tryToAppend(manager: EntityManager, record: AuditRecord, { end, proven }: { end: ChainEnd; proven: boolean }): Promise<boolean> {
    const place = placeAfter(end, new Date());
    const entry = entryAt(place, await this.sealing.seal(record, place.day, manager));
    const search = columnsOf(record, await this.sealing.standIns(manager));
    const { entry: table } = this.tables;
    const added = await manager.query<unknown[]>(
      `INSERT INTO ${table} (${columns})
       SELECT $1::bigint, $2::date, $3::integer, $4::timestamptz, $5::text, $6::text, $7::text, $8::uuid, $9::timestamptz, $10::text, $11::text, $12::text, $13::text, $14::uuid, $15::text, $16::text[], $17::uuid, $18::bigint
       WHERE $19::boolean OR EXISTS (SELECT FROM ${table} WHERE sequence = $1::bigint - 1 AND hash = $5::text)
       ON CONFLICT DO NOTHING RETURNING sequence`,
      [
        entry.sequence, entry.day, entry.position, entry.receivedAt, entry.previous, entry.hash, entry.record,
        search.auditId, search.occurredAt, search.service, search.action, search.kind, search.outcome, search.actorUserId, search.requestId,
        search.objectIds, search.producerRun, search.producerNumber, proven,
      ],
    );
    this.believed = added.length > 0 ? entry : undefined;
    return added.length > 0;
  }
}
