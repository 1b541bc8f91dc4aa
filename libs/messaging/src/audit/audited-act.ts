import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { auditKindOf, purposeOf, type AuditRecord, type ServiceName } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { HeldEvent } from '../outbox/outbox.js';
import type { AuditNumber, AuditNumbers } from './audit-numbers.js';
import { notesOf } from './audit-notes.js';
import { auditSubjects } from './audit-subjects.js';
import { clientNetwork } from './client-network.js';

/** Outcome of an act that was committed but whose end nobody recorded: its process died in between. */
export const interrupted = 'INTERRUPTED';

export interface ActFields {
  readonly service: ServiceName;
  readonly action: string;
  readonly call: Call;
  readonly numbers: AuditNumbers;
}

/** One audited call while it runs. */
export class AuditedAct {
  readonly call: Call;
  /** What was asked and answered so far; only identifiers are taken from it. */
  values: readonly unknown[] = [];
  /** The row that was written in a transaction of the act, waiting for its outcome. */
  held: { readonly event: HeldEvent; readonly queryRunner: unknown } | undefined;
  ended = false;
  private number: AuditNumber | undefined;
  private readonly auditId = randomUUID();
  private readonly startedAt = new Date();
  private readonly traceId = trace.getActiveSpan()?.spanContext().traceId;

  constructor(private readonly fields: ActFields) {
    this.call = fields.call;
  }

  /** Its number among the records of its producer; taken when it is first written, so that long acts leave no gap meanwhile. */
  get producer(): AuditNumber {
    this.number ??= this.fields.numbers.take();
    return this.number;
  }

  /** The record as it would be if the act ended now. */
  record(outcome: string): AuditRecord {
    const { service, action, call } = this.fields;
    const { subjects, outcome: noted, ...notes } = notesOf(call);
    return {
      auditId: this.auditId,
      occurredAt: this.startedAt.toISOString(),
      service,
      action,
      kind: auditKindOf(action),
      actor: call.actor,
      requestId: call.requestId,
      traceId: this.traceId,
      clientNetwork: clientNetwork(call.clientAddress),
      outcome: outcome === 'ok' ? (noted ?? outcome) : outcome,
      subjects: { ...auditSubjects(...this.values), ...subjects },
      ...circumstances(call),
      ...notes,
      durationMs: Date.now() - this.startedAt.getTime(),
      producer: this.producer,
    };
  }
}

/** What a person acts for; everything that is done during an emergency access is marked, whether it needed it or not. */
function circumstances({ actor }: Call): Pick<AuditRecord, 'breakGlass' | 'purpose' | 'patient'> {
  if (actor.type !== 'user') return {};
  const purpose = purposeOf(actor);
  return purpose === 'ETREAT' ? { breakGlass: true, purpose, patient: actor.emergency?.patient } : { purpose };
}

/** The act in whose course the present code runs; undefined outside of audited calls. */
export const presentAct = new AsyncLocalStorage<AuditedAct | undefined>();
