import { Injectable } from '@nestjs/common';
import type { AuditRecord, PageQuery } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { asUuid, type StandIn } from '../ledger/search-columns.js';
import { LedgerSeal, type StoredRecord } from '../sealing/ledger-seal.js';

export interface AuditFilter {
  readonly action?: string;
  readonly service?: string;
  readonly actorUserId?: string;
  readonly outcome?: string;
  readonly objectId?: string;
  readonly requestId?: string;
  readonly from?: string;
  readonly to?: string;
}

interface Conditions {
  readonly where: string;
  readonly values: unknown[];
}

/** Ids stand in the clear in entries from before they were sealed, and as stand-ins in all others. */
function conditionsOf(filter: AuditFilter, standIn: StandIn | undefined): Conditions {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const { actorUserId, objectId } = filter;
  const add = (value: unknown, condition: (parameter: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.action, (value) => `action = ${value}`);
  add(filter.service, (value) => `service = ${value}`);
  add(actorUserId && [actorUserId, ...(standIn ? [asUuid(standIn(actorUserId))] : [])], (value) => `actor_user_id = ANY(${value}::uuid[])`);
  if (filter.outcome === 'failed') conditions.push(`outcome <> 'ok'`);
  else add(filter.outcome, (value) => `outcome = ${value}`);
  add(objectId && [objectId, ...(standIn ? [standIn(objectId)] : [])], (value) => `object_ids && ${value}::text[]`);
  add(filter.requestId, (value) => `request_id = ${value}`);
  add(filter.from, (value) => `occurred_at >= ${value}::timestamptz`);
  add(filter.to, (value) => `occurred_at < ${value}::timestamptz`);
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

const exportBatch = 500;

const openColumns = 'record, day::text AS day, audit_id AS "auditId"';

/** Finds records in the ledger. */
@Injectable()
export class AuditSearch {
  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
    private readonly sealing: LedgerSeal,
  ) {}

  /** Newest first. */
  async search(filter: AuditFilter, { page, pageSize }: PageQuery): Promise<{ records: AuditRecord[]; total: number }> {
    const { where, values } = conditionsOf(filter, await this.sealing.knownStandIns());
    const [counted] = await this.database.query<{ total: number }[]>(`SELECT count(*)::int AS total FROM ${this.tables.entry} ${where}`, values);
    const rows = await this.database.query<StoredRecord[]>(
      `SELECT ${openColumns} FROM ${this.tables.entry} ${where} ORDER BY occurred_at DESC, sequence DESC LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
      [...values, pageSize, (page - 1) * pageSize],
    );
    const records: AuditRecord[] = [];
    for await (const record of this.opened(rows)) records.push(record);
    return { records, total: counted?.total ?? 0 };
  }

  /** All that were in the ledger when it began, in the order in which the ledger received them; read piece by piece. */
  async *all(filter: AuditFilter): AsyncGenerator<AuditRecord, void, undefined> {
    const { where, values } = conditionsOf(filter, await this.sealing.knownStandIns());
    const [last] = await this.database.query<{ sequence: string }[]>(`SELECT coalesce(max(sequence), 0) AS sequence FROM ${this.tables.entry}`);
    const within = `${where === '' ? 'WHERE' : `${where} AND`} sequence > $${values.length + 1} AND sequence <= $${values.length + 2}`;
    for (let after = '0'; ; ) {
      const rows = await this.database.query<(StoredRecord & { sequence: string })[]>(
        `SELECT sequence, ${openColumns} FROM ${this.tables.entry} ${within} ORDER BY sequence LIMIT ${exportBatch}`, [...values, after, last?.sequence ?? '0'],
      );
      yield* this.opened(rows);
      const end = rows.at(-1);
      if (!end || rows.length < exportBatch) return;
      after = end.sequence;
    }
  }

  /** What cannot be opened is left out here, and found by the verification. */
  private async *opened(rows: readonly StoredRecord[]): AsyncGenerator<AuditRecord, void, undefined> {
    for (const row of rows) {
      const record = await this.sealing.open(row);
      if (record) yield record;
    }
  }
}
