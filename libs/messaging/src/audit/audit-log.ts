import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { auditSubjects } from './audit-subjects.js';
import type { AuditTrail } from './audit-trail.js';

export interface AuditedCall {
  readonly action: string;
  readonly call: Call;
  readonly startedAt: Date;
  /** `ok` or the code of the failure. */
  readonly outcome: string;
  /** What was asked and answered; only identifiers are taken from it. */
  readonly values: readonly unknown[];
}

/** Turns calls into audit records of one service and hands them to its trail. */
export class AuditLog {
  constructor(private readonly service: ServiceName, private readonly trail: () => AuditTrail) {}

  /** Rejects when the record could not be kept; the call must then fail. */
  async record({ action, call, startedAt, outcome, values }: AuditedCall): Promise<void> {
    await this.trail().record({
      auditId: randomUUID(),
      occurredAt: startedAt.toISOString(),
      service: this.service,
      action,
      actor: call.actor,
      requestId: call.requestId,
      outcome,
      subjects: auditSubjects(...values),
      durationMs: Date.now() - startedAt.getTime(),
    });
  }
}
