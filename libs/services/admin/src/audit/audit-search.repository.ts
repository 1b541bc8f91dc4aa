import { Injectable } from '@nestjs/common';
import type { AuditRecord, PageQuery } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import { recordIn } from '../ledger/ledger-entry.js';
import { LedgerTables } from '../ledger/ledger-tables.js';

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

function conditionsOf(filter: AuditFilter): Conditions {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (value: string | undefined, condition: (parameter: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.action, (value) => `action = ${value}`);
  add(filter.service, (value) => `service = ${value}`);
  add(filter.actorUserId, (value) => `actor_user_id = ${value}`);
  if (filter.outcome === 'failed') conditions.push(`outcome <> 'ok'`);
  else add(filter.outcome, (value) => `outcome = ${value}`);
  add(filter.objectId, (value) => `object_ids @> ARRAY[${value}]::text[]`);
  add(filter.requestId, (value) => `request_id = ${value}`);
  add(filter.from, (value) => `occurred_at >= ${value}::timestamptz`);
  add(filter.to, (value) => `occurred_at < ${value}::timestamptz`);
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values };
}

const exportBatch = 500;

/** Finds records in the ledger. */
@Injectable()
export class AuditSearch {
  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
  ) {}

  /** Newest first. */
  async search(filter: AuditFilter, { page, pageSize }: PageQuery): Promise<{ records: AuditRecord[]; total: number }> {
    const { where, values } = conditionsOf(filter);
    const [counted] = await this.database.query<{ total: number }[]>(`SELECT count(*)::int AS total FROM ${this.tables.entry} ${where}`, values);
    const rows = await this.database.query<{ record: string }[]>(
      `SELECT record FROM ${this.tables.entry} ${where} ORDER BY occurred_at DESC, sequence DESC LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
      [...values, pageSize, (page - 1) * pageSize],
    );
    return { records: rows.flatMap((row) => recordIn(row) ?? []), total: counted?.total ?? 0 };
  }

  /** All that were in the ledger when it began, in the order in which the ledger received them; read piece by piece. */
  async *all(filter: AuditFilter): AsyncGenerator<AuditRecord, void, undefined> {
    const { where, values } = conditionsOf(filter);
    const [last] = await this.database.query<{ sequence: string }[]>(`SELECT coalesce(max(sequence), 0) AS sequence FROM ${this.tables.entry}`);
    const within = `${where === '' ? 'WHERE' : `${where} AND`} sequence > $${values.length + 1} AND sequence <= $${values.length + 2}`;
    for (let after = '0'; ; ) {
      const rows = await this.database.query<{ sequence: string; record: string }[]>(
        `SELECT sequence, record FROM ${this.tables.entry} ${within} ORDER BY sequence LIMIT ${exportBatch}`, [...values, after, last?.sequence ?? '0'],
      );
      for (const row of rows) {
        const record = recordIn(row);
        if (record) yield record;
      }
      const end = rows.at(-1);
      if (!end || rows.length < exportBatch) return;
      after = end.sequence;
    }
  }
}
