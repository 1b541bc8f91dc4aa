import { createHash } from 'node:crypto';

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
  /** JSON: a string that holds the sealed record, or the record itself where it was stored before records were sealed. Exactly these characters are hashed. */
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

/** Where an entry stands and when it was received. */
export type ReceivedPlace = EntryPlace & Pick<SealedContent, 'receivedAt'>;

/** The place after the end of the chain. A clock that was put back does not lead back to an earlier day. */
export function placeAfter(end: ChainEnd, now: Date): ReceivedPlace {
  const today = now.toISOString().slice(0, 10);
  const day = today > end.day ? today : end.day;
  return { sequence: end.sequence + 1, day, position: day === end.day ? end.position + 1 : 1, previous: end.hash, receivedAt: now.toISOString() };
}

/** The entry with that record, as JSON, at that place. */
export function entryAt(place: ReceivedPlace, record: string): LedgerEntry {
  return { ...place, record, hash: hashOf({ ...place, record }) };
}
