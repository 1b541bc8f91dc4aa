import type { AuditRecord } from '@voiceassist/contracts';
import type { AuditedAct } from './audited-act.js';

/** Takes what an audited call did. */
export abstract class AuditTrail {
  /**
   * Resolves when the record cannot be lost any more; rejects when it could not be kept. With the act whose record it is,
   * a row that was already written in one of its transactions gets its outcome instead of a second row.
   */
  abstract record(entry: AuditRecord, act?: AuditedAct): Promise<void>;
}
