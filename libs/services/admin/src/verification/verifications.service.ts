import { Injectable } from '@nestjs/common';
import { LedgerReport, type VerificationStep } from '@voiceassist/contracts';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { CheckpointCopies } from '../checkpoints/checkpoint-copies.js';
import { LedgerTables } from '../ledger/ledger-tables.js';
import { LedgerSeal } from '../sealing/ledger-seal.js';
import { LedgerHealth } from './ledger-health.js';
import { LedgerSource } from './ledger-source.js';
import { verifyLedger } from './verify-ledger.js';

const kept = 100;

/** Verifies the ledger on demand and by the clock, and remembers what came out. */
@Injectable()
export class Verifications {
  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
    private readonly copies: CheckpointCopies,
    private readonly sealing: LedgerSeal,
    private readonly health: LedgerHealth,
    private readonly logger: ServiceLogger,
  ) {}

  /** Progress while it runs, then the report. Reads piece by piece, so that entries can be added meanwhile. */
  async *steps(): AsyncGenerator<VerificationStep, void, undefined> {
    let progress: VerificationStep | undefined;
    let tell: () => void = () => undefined;
    const running = this.verify((entries, ofEntries) => {
      progress = { type: 'progress', entries, ofEntries };
      tell();
    });
    let report: LedgerReport | undefined;
    while (!report) {
      const news = new Promise<void>((resolve) => (tell = resolve));
      report = (await Promise.race([running, news])) ?? undefined;
      if (progress) yield progress;
      progress = undefined;
    }
    yield { type: 'result', report };
  }

  async verify(onProgress?: (entries: number, ofEntries: number) => void): Promise<LedgerReport> {
    const source = new LedgerSource(this.database, this.tables);
    const report = await verifyLedger(source, { copies: this.copies.all(), sealing: this.sealing, onProgress });
    await this.remember(report);
    return report;
  }

  async last(): Promise<LedgerReport | null> {
    const [row] = await this.database.query<{ report: unknown }[]>('SELECT report FROM audit_verification ORDER BY finished_at DESC LIMIT 1');
    const report = LedgerReport.safeParse(row?.report);
    return report.success ? report.data : null;
  }

  private async remember(report: LedgerReport): Promise<void> {
    this.health.tell(report);
    const { verdict, entries, faultCount } = report;
    if (verdict === 'intact') this.logger.info('audit verified', { verdict, entries });
    else this.logger.error('the audit ledger is not what it should be', { verdict, entries, faultCount, gapCount: report.gaps.length });
    await this.database.query('INSERT INTO audit_verification (report) VALUES ($1)', [JSON.stringify(report)]);
    await this.database.query('DELETE FROM audit_verification WHERE id NOT IN (SELECT id FROM audit_verification ORDER BY finished_at DESC LIMIT $1)', [kept]);
  }
}
