import type { AuditRecord } from '@voiceassist/contracts';

/** Takes what an audited call did. Resolves when the record cannot be lost any more; rejects when it could not be kept. */
export abstract class AuditTrail {
  abstract record(entry: AuditRecord): Promise<void>;
}
