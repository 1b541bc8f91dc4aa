import { Injectable } from '@nestjs/common';
import { AuditRecord } from '@voiceassist/contracts';
import { canonicalJson } from '@voiceassist/messaging';
import { isSealedText, ScopeCipher } from '@voiceassist/storage';
import type { EntityManager } from 'typeorm';
import type { StandIn } from '../ledger/search-columns.js';
import { SealKeys } from './seal-keys.repository.js';

const scopeOfDay = (day: string) => `day ${day}`;
const indexScope = 'index';
/** PostgreSQL's date after all dates: what the index is made with is never too old. */
const always = 'infinity';
const standInCharacters = 32;

/** As much of a stored entry as is needed to open its record. */
export interface StoredRecord {
  readonly day: string;
  readonly auditId: string;
  readonly record: string;
}

const placeOf = (auditId: string) => `audit_entry ${auditId}`;

/** Whether a record stands in the clear: stored before records were sealed. */
export const isClear = (record: string): boolean => record.startsWith('{');

function sealedIn(record: string): string | undefined {
  try {
    const text: unknown = JSON.parse(record);
    return typeof text === 'string' && isSealedText(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A record from its JSON; null when it is none. */
export function readRecord(text: string): AuditRecord | null {
  try {
    return AuditRecord.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Seals what records say under a key of their UTC day, and puts keyed pseudonyms in the place of the ids by which they are
 * found. What stands in the chain is the sealed text, so that the chain can be verified by whoever may not read.
 */
@Injectable()
export class LedgerSeal {
  constructor(private readonly keys: SealKeys) {}

  /** The record as it is stored: a JSON string of its sealed form, bound to day and `auditId`. */
  async seal(record: AuditRecord, day: string, manager: EntityManager): Promise<string> {
    const cipher = new ScopeCipher(scopeOfDay(day), await this.keys.obtain(scopeOfDay(day), day, manager));
    return JSON.stringify(cipher.seal(canonicalJson(record), placeOf(record.auditId)));
  }

  /** Stand-ins for ids, to write them; makes their key where there is none. */
  async standIns(manager: EntityManager): Promise<StandIn> {
    return standInOf(new ScopeCipher(indexScope, await this.keys.obtain(indexScope, always, manager)));
  }

  /** Stand-ins for ids, to look for them or to compare them; undefined as long as nothing was sealed. */
  async knownStandIns(): Promise<StandIn | undefined> {
    const key = await this.keys.find(indexScope);
    return key && standInOf(new ScopeCipher(indexScope, key));
  }

  /** Opens records one by one: null for what is no record (any more). Throws when a key cannot be had. */
  async open({ day, auditId, record }: StoredRecord): Promise<AuditRecord | null> {
    if (isClear(record)) return readRecord(record);
    const sealed = sealedIn(record);
    const key = sealed === undefined ? undefined : await this.keys.find(scopeOfDay(day));
    if (sealed === undefined || !key) return null;
    try {
      return readRecord(new ScopeCipher(scopeOfDay(day), key).open(sealed, placeOf(auditId)));
    } catch {
      return null; // sealed for another day or entry, or altered
    }
  }
}

function standInOf(cipher: ScopeCipher): StandIn {
  return (id) => cipher.pseudonymOf(id, 'ids').slice(0, standInCharacters);
}
