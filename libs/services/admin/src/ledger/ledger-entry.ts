import { createHash } from 'node:crypto';
import { AuditRecord } from '@voiceassist/contracts';
import { canonicalJson } from '@voiceassist/messaging';

/** Stands before the first entry of all. */
export const genesisHash = '0'.repeat(64);

/** Where in the chain an entry stands. */
export interface EntryPlace {
  /** Counts from 1 without gaps over all days. */
  readonly sequence: number;
  /** UTC day on which the ledger received it; each day is a chain of its own that begins with the end of the day before. */
  readonly day: string;
  /** Counts from 1 within the day. */
  readonly position: number;
  /** Hash of the entry before. */
  readonly previous: string;
}

export interface SealedContent {
  readonly receivedAt: string;
  /** The record as canonical JSON: exactly these characters are hashed and stored. */
  readonly record: string;
}

export type LedgerEntry = EntryPlace & SealedContent & { readonly hash: string };

/** SHA-256 over the canonical JSON of the entry, a line feed, and the hash of the entry before. */
export function hashOf({ sequence, day, position, previous, receivedAt, record }: EntryPlace & SealedContent): string {
  // the keys in canonical order; the record is canonical JSON already
  const content = `{"day":"${day}","position":${position},"receivedAt":"${receivedAt}","record":${record},"sequence":${sequence}}`;
  return createHash('sha256').update(`${content}\n${previous}`).digest('hex');
}

/** The end of a chain: what the next entry follows. */
export type ChainEnd = Pick<LedgerEntry, 'sequence' | 'day' | 'position' | 'hash'>;

export const emptyChain: ChainEnd = { sequence: 0, day: '', position: 0, hash: genesisHash };

/** The entry that follows the end of the chain. A clock that was put back does not lead back to an earlier day. */
export function following(end: ChainEnd, record: AuditRecord, now: Date): LedgerEntry {
  const today = now.toISOString().slice(0, 10);
  const day = today > end.day ? today : end.day;
  const place = { sequence: end.sequence + 1, day, position: day === end.day ? end.position + 1 : 1, previous: end.hash };
  const content = { receivedAt: now.toISOString(), record: canonicalJson(record) };
  return { ...place, ...content, hash: hashOf({ ...place, ...content }) };
}

/** What the ledger can be searched by; copies of what stands in the record, compared with it at every verification. */
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

export function columnsOf(record: AuditRecord): SearchColumns {
  const { auditId, occurredAt, service, action, kind, outcome, actor, requestId, subjects, producer } = record;
  return {
    auditId, occurredAt: new Date(occurredAt).toISOString(), service: searchable(service), action: searchable(action), kind: kind ?? null, outcome: searchable(outcome),
    actorUserId: actor.type === 'user' ? actor.userId : null,
    requestId: searchable(requestId),
    objectIds: [...new Set(Object.values(subjects).map(searchable))].sort(),
    producerRun: producer?.run ?? null,
    producerNumber: producer?.number ?? null,
  };
}

/** Reads a stored record; null when it is not one any more. */
export function recordIn({ record }: Pick<LedgerEntry, 'record'>): AuditRecord | null {
  try {
    return AuditRecord.parse(JSON.parse(record));
  } catch {
    return null;
  }
}
