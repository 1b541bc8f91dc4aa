import type { LedgerReport } from '@voiceassist/contracts';
import { metricsOf, observeMetrics, PlatformPart, type OpenedPart } from '@voiceassist/kit';

const metrics = metricsOf('admin');
const intact = metrics.gauge({ name: 'audit_ledger_intact', description: '1 when the last verification of the audit found nothing, 0 when it found something; absent before the first.' });
const gaps = metrics.gauge({ name: 'audit_gaps', description: 'Producers of which the last verification missed records.' });
const verifiedAt = metrics.gauge({ name: 'audit_last_verification_timestamp_seconds', unit: 's', description: 'When the last verification of the audit ended, as a Unix time.' });

/** What the last verification said; shown in readiness and as a metric. */
export class LedgerHealth {
  private last?: LedgerReport;

  get verdict(): LedgerReport['verdict'] | 'unknown' {
    return this.last?.verdict ?? 'unknown';
  }

  get report(): LedgerReport | undefined {
    return this.last;
  }

  tell(report: LedgerReport): void {
    this.last = report;
  }
}

function reportHealth(health: LedgerHealth): () => void {
  return observeMetrics({
    of: [intact, gaps, verifiedAt],
    read: (see) => {
      const { report } = health;
      if (!report) return;
      see(intact, report.verdict === 'intact' ? 1 : 0);
      see(gaps, report.gaps.length);
      see(verifiedAt, Date.parse(report.finishedAt) / 1_000);
    },
  });
}

/** Lets the state of the ledger be seen from outside: as a dependency that is not required, and as a gauge. */
class LedgerHealthPart extends PlatformPart {
  readonly name = 'audit-ledger';

  async open(): Promise<OpenedPart> {
    const health = new LedgerHealth();
    const stopReporting = reportHealth(health);
    const check = async () => {
      if (health.verdict === 'tampered' || health.verdict === 'incomplete') throw new Error(`the audit ledger is ${health.verdict}`);
    };
    return {
      provides: [{ token: LedgerHealth, value: health }],
      dependencies: [{ name: 'audit-ledger', required: false, check }],
      close: async () => stopReporting(),
    };
  }
}

export const ledgerHealthPart = () => new LedgerHealthPart();
