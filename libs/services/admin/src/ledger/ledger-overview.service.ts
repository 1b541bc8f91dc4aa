import { Injectable } from '@nestjs/common';
import type { LedgerState } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import { AuditConfig } from '../admin.config.js';
import { CheckpointStatement } from '../checkpoints/checkpoint.js';
import { LegalHolds } from '../retention/legal-holds.service.js';
import { Verifications } from '../verification/verifications.service.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerTables } from './ledger-tables.js';

/** How the ledger is doing, from what is known without reading it. */
@Injectable()
export class LedgerOverview {
  constructor(
    private readonly database: DataSource,
    private readonly config: AuditConfig,
    private readonly tables: LedgerTables,
    private readonly ledger: LedgerRepository,
    private readonly holds: LegalHolds,
    private readonly verifications: Verifications,
  ) {}

  async read(): Promise<LedgerState> {
    return {
      entries: await this.ledger.count(),
      retentionDays: this.config.AUDIT_RETENTION_DAYS,
      hold: await this.holds.current(),
      lastCheckpoint: await this.lastCheckpoint(),
      lastVerification: await this.verifications.last(),
      appendOnlyRole: await this.isAppendOnly(),
    };
  }

  private async lastCheckpoint(): Promise<LedgerState['lastCheckpoint']> {
    const [row] = await this.database.query<{ statement: string; kid: string }[]>(`SELECT statement, kid FROM ${this.tables.checkpoint} ORDER BY number DESC LIMIT 1`);
    if (!row) return null;
    const { number, takenAt, sequence, hash } = CheckpointStatement.parse(JSON.parse(row.statement));
    return { number, takenAt, sequence, hash, kid: row.kid };
  }

  private async isAppendOnly(): Promise<boolean> {
    const [row] = await this.database.query<{ may: boolean }[]>(
      `SELECT has_table_privilege($1, 'UPDATE') OR has_table_privilege($1, 'DELETE') OR has_table_privilege($1, 'TRUNCATE') AS may`, [this.tables.entry],
    );
    return row?.may === false;
  }
}
