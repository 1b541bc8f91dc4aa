import type { AuditRecord } from '@voiceassist/contracts';

/** Gives what stands for an id in the columns that are searched: 32 hexadecimal digits, the same for the same id. */
export type StandIn = (id: string) => string;

/** What the ledger can be searched by: codes and times as in the record, ids by their stand-ins. Compared with the record at every verification that can read it. */
export interface SearchColumns {
  readonly auditId: string;
  readonly occurredAt: string;
  readonly service: string;
  readonly action: string;
  readonly kind: string | null;
  readonly outcome: string;
  readonly actorUserId: string | null;
  readonly requestId: string;
  readonly objectIds: readonly string[];
  readonly producerRun: string | null;
  readonly producerNumber: number | null;
}

/** PostgreSQL has no NUL in texts. */
const searchable = (text: string) => text.replaceAll('\0', '\uFFFD');

/** A stand-in in the form of a UUID of version 8, whose content RFC 9562 leaves to whoever makes it. */
export function asUuid(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** `standIn` is left out for records that stand in the clear. */
export function columnsOf(record: AuditRecord, standIn?: StandIn): SearchColumns {
  const { auditId, occurredAt, service, action, kind, outcome, actor, requestId, subjects, producer } = record;
  const userId = actor.type === 'user' ? actor.userId : null;
  return {
    auditId, occurredAt: new Date(occurredAt).toISOString(), service: searchable(service), action: searchable(action), kind: kind ?? null, outcome: searchable(outcome),
    actorUserId: userId !== null && standIn ? asUuid(standIn(userId)) : userId,
    requestId: searchable(requestId),
    objectIds: [...new Set(Object.values(subjects).map((id) => (standIn ? standIn(id) : searchable(id))))].sort(),
    producerRun: producer?.run ?? null,
    producerNumber: producer?.number ?? null,
  };
}
