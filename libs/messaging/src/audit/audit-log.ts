import { auditActionOf, type AuditRecord, type AuditRule, type ServiceName } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { AuditNumbers } from './audit-numbers.js';
import { auditRecords } from './audit.metrics.js';
import type { AuditTrail } from './audit-trail.js';
import { AuditedAct } from './audited-act.js';

/** Turns calls into audit records of one service and hands them to its trail. */
export class AuditLog {
  private readonly numbers = new AuditNumbers();

  constructor(private readonly service: ServiceName, private readonly trail: () => AuditTrail) {}

  /** Begins the record of a call; undefined where the contract is exempt. */
  begin(contract: { readonly audit: AuditRule }, call: Call): AuditedAct | undefined {
    const action = auditActionOf(contract);
    if (action === undefined) return undefined;
    this.trail(); // from here on it sees the transactions of the act
    return new AuditedAct({ service: this.service, action, call, numbers: this.numbers });
  }

  /** Keeps a record that an earlier run has left: it may have arrived already, and then a number of this run would be missing. */
  async keepAgain(record: AuditRecord): Promise<void> {
    await this.trail().record({ ...record, producer: undefined });
    auditRecords.add(1, { service: this.service });
  }

  /** Keeps a record that is not of a call to this service; rejects when that could not be done. */
  async keep(record: AuditRecord): Promise<void> {
    const producer = this.numbers.take();
    try {
      await this.trail().record({ ...record, producer });
      auditRecords.add(1, { service: this.service });
    } catch (error) {
      this.numbers.giveBack(producer);
      throw error;
    }
  }

  /** Keeps the record of a call that has ended; rejects when that could not be done, and the call must then fail. */
  async end(act: AuditedAct, outcome: string): Promise<void> {
    act.ended = true;
    try {
      await this.trail().record(act.record(outcome), act);
      auditRecords.add(1, { service: this.service });
    } catch (error) {
      this.numbers.giveBack(act.producer);
      throw error;
    }
  }
}
