import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditRecord } from '@voiceassist/contracts';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerTables } from './ledger-tables.js';

const batch = 200;

/** Takes the records of version 0.1.0, which knew no chain, into the ledger; they stay where they were, too. */
@Injectable()
export class EarlierRecords implements OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly tables: LedgerTables,
    private readonly logger: ServiceLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    let taken = 0;
    for (let records = await this.next(); records.length > 0; records = await this.next()) {
      for (const record of records) await this.ledger.append(record);
      taken += records.length;
    }
    if (taken > 0) this.logger.info('took earlier audit records into the ledger', { records: taken });
  }

  private async next(): Promise<AuditRecord[]> {
    const rows = await this.database.query<{ record: Record<string, unknown>; at: Date }[]>(
      `SELECT occurred_at AS at, jsonb_build_object('auditId', audit_id, 'service', service, 'action', action, 'actor', actor, 'requestId', request_id,
         'outcome', outcome, 'subjects', subjects, 'durationMs', duration_ms) AS record
       FROM audit_record old WHERE NOT EXISTS (SELECT FROM ${this.tables.entry} entry WHERE entry.audit_id = old.audit_id)
         AND NOT EXISTS (SELECT FROM ${this.tables.checkpoint} WHERE statement::json->>'kind' = 'tombstone') ORDER BY sequence LIMIT ${batch}`,
    );
    return rows.map(({ record, at }) => AuditRecord.parse({ ...record, occurredAt: at.toISOString() }));
  }
}
