import { metrics, type ObservableResult } from '@opentelemetry/api';
import type { LedgerReport } from '@voiceassist/contracts';
import { PlatformPart, type OpenedPart } from '@voiceassist/kit';

/** What the last verification said; shown in readiness and as a metric. */
export class LedgerHealth {
  private last?: LedgerReport;

  get verdict(): LedgerReport['verdict'] | 'unknown' {
    return this.last?.verdict ?? 'unknown';
  }

  tell(report: LedgerReport): void {
    this.last = report;
  }
}

/** Lets the state of the ledger be seen from outside: as a dependency that is not required, and as a gauge. */
class LedgerHealthPart extends PlatformPart {
  readonly name = 'audit-ledger';

  async open(): Promise<OpenedPart> {
    const health = new LedgerHealth();
    const gauge = metrics.getMeter('voiceassist.admin').createObservableGauge('audit_ledger_intact', { description: '1 when the last verification of the audit found nothing, 0 when it found something' });
    const observe = (result: ObservableResult): void => {
      if (health.verdict !== 'unknown') result.observe(health.verdict === 'intact' ? 1 : 0);
    };
    gauge.addCallback(observe);
    const check = async () => {
      if (health.verdict === 'tampered' || health.verdict === 'incomplete') throw new Error(`the audit ledger is ${health.verdict}`);
    };
    return {
      provides: [{ token: LedgerHealth, value: health }],
      dependencies: [{ name: 'audit-ledger', required: false, check }],
      close: async () => gauge.removeCallback(observe),
    };
  }
}

export const ledgerHealthPart = () => new LedgerHealthPart();
