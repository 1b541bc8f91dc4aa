import { isDeepStrictEqual } from 'node:util';
import type { LedgerFault } from '@voiceassist/contracts';
import { emptyChain, hashOf, type ChainEnd } from '../ledger/ledger-entry.js';
import { columnsOf } from '../ledger/search-columns.js';
import { isClear, readRecord, type LedgerSeal } from '../sealing/ledger-seal.js';
import type { LedgerSource, StoredEntry } from './ledger-source.js';
import type { Testimony } from './verify-checkpoints.js';

const batch = 1_000;

export interface EntryFindings {
  entries: number;
  /** Entries whose chain was followed, but whose records were not opened. */
  unread: number;
  days: number;
  first: number | null;
  end: ChainEnd;
}

interface EntryRules {
  readonly testimony: Testimony;
  /** Left out by whoever may verify, but not read. */
  readonly sealing?: LedgerSeal;
  readonly report: (fault: LedgerFault) => void;
  readonly onProgress: (entries: number) => Promise<void> | void;
}

/** Where the chain begins: with nothing, or after what was removed because its time was up. */
function beginning({ removed }: Testimony): ChainEnd {
  return removed ? { sequence: removed.lastSequence, day: '', position: 0, hash: removed.lastHash } : emptyChain;
}

/** Recomputes every entry and follows the chain from its beginning to its end. */
export async function followEntries(source: LedgerSource, rules: EntryRules): Promise<EntryFindings> {
  const findings: EntryFindings = { entries: 0, unread: 0, days: 0, first: null, end: beginning(rules.testimony) };
  for (let page = await source.entriesAfter(0, batch); page.length > 0; page = await source.entriesAfter(findings.end.sequence, batch)) {
    for (const entry of page) {
      take(entry, findings, rules);
      await compareRecord(entry, findings, rules);
    }
    await rules.onProgress(findings.entries);
  }
  const { lastSequence } = rules.testimony;
  if (lastSequence > findings.end.sequence) {
    rules.report({ kind: 'missing', sequence: findings.end.sequence + 1, toSequence: lastSequence, explanation: 'a checkpoint vouches for entries at the end that are gone' });
  }
  return findings;
}

function take(entry: StoredEntry, findings: EntryFindings, { testimony, report }: EntryRules): void {
  const { end } = findings;
  const { sequence, day, position, hash } = entry;
  for (const fault of faultsOf(entry, end)) report(fault);
  const witness = testimony.hashes.get(sequence);
  if (witness && witness.hash !== hash) report({ kind: 'checkpoint', sequence, checkpoint: witness.checkpoint, explanation: 'the entry is not the one that was signed for' });
  findings.entries += 1;
  findings.first ??= sequence;
  if (day !== end.day) findings.days += 1;
  findings.end = { sequence, day, position, hash };
}

function* faultsOf(entry: StoredEntry, end: ChainEnd): Generator<LedgerFault> {
  const { sequence, day, position, previous, hash } = entry;
  const expected = end.sequence + 1;
  const gap = sequence !== expected;
  if (sequence > expected) yield { kind: 'missing', sequence: expected, toSequence: sequence - 1, explanation: 'entries are missing' };
  else if (gap) yield { kind: 'unlinked', sequence, explanation: 'an entry stands before the beginning of the chain' };
  if (hashOf(entry) !== hash) yield { kind: 'changed', sequence, explanation: 'the content is not what its hash was made of' };
  else if (!gap && previous !== end.hash) yield { kind: 'unlinked', sequence, explanation: 'the entry does not follow the one before: inserted, reordered or written anew' };
  const inOrder = day > end.day ? gap || position === 1 : day === end.day && (gap || position === end.position + 1);
  if (!inOrder) yield { kind: 'misplaced', sequence, explanation: 'day or position within the day are out of order' };
}

/** Compares what can be searched with what the record says, where it can be opened. */
async function compareRecord(entry: StoredEntry, findings: EntryFindings, { sealing, report }: EntryRules): Promise<void> {
  const { sequence, columns, day, record: stored } = entry;
  if (!sealing && !isClear(stored)) {
    findings.unread += 1;
    return;
  }
  const record = sealing ? await sealing.open({ day, auditId: columns.auditId, record: stored }) : readRecord(stored);
  const standIn = isClear(stored) ? undefined : await sealing?.knownStandIns();
  if (!record) report({ kind: 'changed', sequence, explanation: 'the record cannot be read' });
  else if (!isDeepStrictEqual(columnsOf(record, standIn), columns)) report({ kind: 'columns', sequence, explanation: 'what can be searched differs from the record' });
}
