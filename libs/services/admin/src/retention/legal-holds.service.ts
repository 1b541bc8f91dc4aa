import { Injectable } from '@nestjs/common';
import type { LegalHold } from '@voiceassist/contracts';
import { contentHash } from '@voiceassist/messaging';
import { DataSource, type EntityManager } from 'typeorm';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { LedgerTables } from '../ledger/ledger-tables.js';

interface HoldRow {
  readonly number: string;
  readonly held: boolean;
  readonly reason: string;
  readonly changed_by: string;
  readonly changed_at: Date;
}

interface ChangedHold {
  /** Hash of what was in force before. */
  readonly before: string | undefined;
  readonly now: { readonly hold: LegalHold; readonly hash: string };
}

/** Whether a court or an authority forbids to remove anything. Every change stays in the ledger's keeping. */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly tables: LedgerTables,
  ) {}

  async current(manager: EntityManager = this.database.manager): Promise<LegalHold | null> {
    const row = await this.lastRow(manager);
    return row && holdOf(row);
  }

  async change({ held, reason }: Pick<LegalHold, 'held' | 'reason'>, changedBy: string): Promise<ChangedHold> {
    return this.database.transaction(async (manager) => {
      await this.ledger.lock(manager);
      const last = await this.lastRow(manager);
      const hold = { held, reason, changedBy, changedAt: new Date().toISOString() };
      await manager.query(`INSERT INTO ${this.tables.hold} (number, day, held, reason, changed_by, changed_at) VALUES ($1, current_date, $2, $3, $4, $5)`, [
        Number(last?.number ?? 0) + 1, held, reason, changedBy, hold.changedAt,
      ]);
      return { before: last ? contentHash(holdOf(last)) : undefined, now: { hold, hash: contentHash(hold) } };
    });
  }

  private async lastRow(manager: EntityManager): Promise<HoldRow | null> {
    const [row] = await manager.query<HoldRow[]>(`SELECT * FROM ${this.tables.hold} ORDER BY number DESC LIMIT 1`);
    return row ?? null;
  }
}

function holdOf({ held, reason, changed_by: changedBy, changed_at: changedAt }: HoldRow): LegalHold {
  return { held, reason, changedBy, changedAt: changedAt.toISOString() };
}
