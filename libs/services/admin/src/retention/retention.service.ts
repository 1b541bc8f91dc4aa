import { Injectable } from '@nestjs/common';
import { ServiceLogger } from '@voiceassist/kit';
import { forgetKeptRows } from '@voiceassist/storage';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditConfig } from '../admin.config.js';
import type { CheckpointCopy } from '../checkpoints/checkpoint.js';
import { Checkpoints } from '../checkpoints/checkpoints.service.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { LegalHolds } from './legal-holds.service.js';

interface OldEntries {
  readonly first: string | null;
  readonly last: string | null;
  readonly entries: number;
}

/** Removes whole days whose time is up, never under a legal hold, and signs for what is gone so that the chain still holds. */
@Injectable()
export class Retention {
  constructor(
    private readonly database: DataSource,
    private readonly config: AuditConfig,
    private readonly tables: LedgerTables,
    private readonly ledger: LedgerRepository,
    private readonly holds: LegalHolds,
    private readonly checkpoints: Checkpoints,
    private readonly logger: ServiceLogger,
  ) {}

  /** Answers how many entries were removed. */
  async apply(now = new Date()): Promise<number> {
    const beforeDay = new Date(now.getTime() - this.config.AUDIT_RETENTION_DAYS * 86_400_000).toISOString().slice(0, 10);
    const removal = await this.database.transaction((manager) => this.removeBefore(manager, beforeDay));
    if (!removal) return 0;
    this.logger.info('audit entries removed because their time was up', { entries: removal.removed });
    await this.checkpoints.copy([removal.tombstone]);
    return removal.removed;
  }

  private async removeBefore(manager: EntityManager, beforeDay: string): Promise<{ removed: number; tombstone: CheckpointCopy } | null> {
    await this.ledger.lock(manager);
    if ((await this.holds.current(manager))?.held) return null;
    const { entry } = this.tables;
    const [old] = await manager.query<OldEntries[]>(`SELECT min(sequence) AS first, max(sequence) AS last, count(*)::int AS entries FROM ${entry} WHERE day < $1::date`, [beforeDay]);
    if (!old?.last || !old.first) return null;
    const [last] = await manager.query<{ hash: string }[]>(`SELECT hash FROM ${entry} WHERE sequence = $1`, [old.last]);
    if (!last) return null;
    const lastSequence = Number(old.last);
    const tombstone = await this.checkpoints.buryWithin(manager, { firstSequence: Number(old.first), lastSequence, lastHash: last.hash, entries: old.entries, beforeDay });
    const removed = await forgetKeptRows(manager, { location: entry, dayColumn: 'day' }, beforeDay);
    await forgetKeptRows(manager, { location: this.tables.key, dayColumn: 'last_day' }, beforeDay);
    return { removed, tombstone };
  }
}
