import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { columnsOf, emptyChain, following, type ChainEnd } from './ledger-entry.js';
import { LedgerTables } from './ledger-tables.js';

/** One number for "we are adding to the ledger", so that replicas do it one after the other. */
const ledgerLock = `SELECT pg_advisory_xact_lock(hashtext('voiceassist:audit-ledger'))`;

interface EndRow {
  readonly sequence: string | null;
  readonly day: string;
  readonly position: number;
  readonly hash: string;
  readonly known: boolean;
}

/** Adds to the ledger, one entry after another, whichever replica asks. */
@Injectable()
export class LedgerRepository {
  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
  ) {}

  /** Adds a record; the same `auditId` twice leaves one entry. Within the manager's transaction, which then holds up other writers until its end. */
  async append(record: AuditRecord, manager?: EntityManager): Promise<void> {
    if (manager) await this.appendWithin(manager, record);
    else await this.database.transaction((own) => this.appendWithin(own, record));
  }

  /** Waits until no other replica adds; the lock ends with the manager's transaction. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query(ledgerLock);
  }

  /** The last entry; after a removal of everything the last one that a checkpoint knows, so that the chain goes on from there. */
  async end(manager: EntityManager): Promise<ChainEnd> {
    return (await this.endAnd(manager, null)).end;
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${this.tables.entry}`);
    return row?.count ?? 0;
  }

  private async appendWithin(manager: EntityManager, record: AuditRecord): Promise<void> {
    await this.lock(manager);
    const { end, known } = await this.endAnd(manager, record.auditId);
    if (known) return;
    const entry = following(end, record, new Date());
    const columns = columnsOf(record);
    await manager.query(
      `INSERT INTO ${this.tables.entry} (sequence, day, position, received_at, previous, hash, record, audit_id, occurred_at, service, action, kind, outcome, actor_user_id, request_id, object_ids, producer_run, producer_number)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        entry.sequence, entry.day, entry.position, entry.receivedAt, entry.previous, entry.hash, entry.record,
        columns.auditId, columns.occurredAt, columns.service, columns.action, columns.kind, columns.outcome, columns.actorUserId, columns.requestId,
        columns.objectIds, columns.producerRun, columns.producerNumber,
      ],
    );
  }

  private async endAnd(manager: EntityManager, auditId: string | null): Promise<{ end: ChainEnd; known: boolean }> {
    const { entry, checkpoint } = this.tables;
    const rows = await manager.query<EndRow[]>(
      `SELECT * FROM (
         (SELECT sequence, day::text AS day, position, hash FROM ${entry} ORDER BY sequence DESC LIMIT 1)
         UNION ALL
         (SELECT (statement::json->>'sequence')::bigint, statement::json->>'day', (statement::json->>'position')::integer, statement::json->>'hash' FROM ${checkpoint} ORDER BY number DESC LIMIT 1)
       ) ends, (SELECT EXISTS (SELECT FROM ${entry} WHERE audit_id = $1) AS known) already ORDER BY sequence DESC LIMIT 1`,
      [auditId],
    );
    const [row] = rows;
    if (!row) return { end: emptyChain, known: false };
    return { end: { sequence: Number(row.sequence), day: row.day, position: row.position, hash: row.hash }, known: row.known };
  }
}
