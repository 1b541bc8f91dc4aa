import { AppError } from '@voiceassist/kit';

/**
 * Small texts that may be forgotten: codes, tickets, marks, counters. Every entry has a time to live, and losing all of them
 * at once may annoy somebody but must not lose anything that was acknowledged. Keys belong to the service alone.
 *
 * All operations are atomic and fail with UNAVAILABLE when the store cannot be reached or is full.
 * Times to live are whole milliseconds, at least one.
 */
export abstract class KeyValue {
  /** The value, or null when it was never set, was deleted or has expired. */
  abstract get(key: string): Promise<string | null>;
  /** Replaces the value and its time to live. */
  abstract set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets the value only when there is none; true for exactly one of several callers. */
  abstract setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Gets and deletes: of several callers exactly one receives the value. */
  abstract take(key: string): Promise<string | null>;
  /** Adds one and returns the count; the time to live runs from the first increment and is not prolonged. */
  abstract increment(key: string, ttlMs: number): Promise<number>;
  /** Forgets the entry; no error when there is none. */
  abstract delete(key: string): Promise<void>;
}

const maxKeyLength = 512;
const maxValueLength = 1_048_576;

/** Refuses what no adapter could keep: an entry without an end, or one that is far too large. */
export function checkEntry(entry: { readonly key: string; readonly value?: string; readonly ttlMs?: number }): void {
  const { key, value = '', ttlMs = 1 } = entry;
  const fault =
    (key.length === 0 || key.length > maxKeyLength) ? `a key has 1 to ${maxKeyLength} characters`
    : value.length > maxValueLength ? `a value has at most ${maxValueLength} characters`
    : !Number.isSafeInteger(ttlMs) || ttlMs < 1 ? 'a time to live is a whole number of milliseconds, at least 1'
    : null;
  if (fault) throw new AppError('INTERNAL', 'internal', `key-value: ${fault}`);
}
