import type { LedgerFault, LedgerReport } from '@voiceassist/contracts';
import type { LedgerSeal } from '../sealing/ledger-seal.js';
import type { CheckpointCopy } from '../checkpoints/checkpoint.js';
import { findGaps } from './find-gaps.js';
import type { LedgerSource } from './ledger-source.js';
import { compareCopies, readCheckpoints } from './verify-checkpoints.js';
import { followEntries } from './verify-entries.js';

export interface VerificationOptions {
  /** Copies of checkpoints outside of the database; left out where they cannot be reached. */
  readonly copies?: AsyncIterable<CheckpointCopy>;
  /** Opens the records; left out, only the chain, the checkpoints and the gaps are verified. */
  readonly sealing?: LedgerSeal;
  /** Only signatures of these keys count. */
  readonly trustedKids?: readonly string[];
  readonly onProgress?: (entries: number, ofEntries: number) => Promise<void> | void;
  readonly now?: () => number;
}

const mostFaults = 100;

/** Recomputes the whole ledger from what is stored and says whether anything in it was changed, removed, inserted or reordered. */
export async function verifyLedger(source: LedgerSource, { copies, sealing, trustedKids, onProgress, now = Date.now }: VerificationOptions = {}): Promise<LedgerReport> {
  const startedAt = new Date(now()).toISOString();
  const faults: LedgerFault[] = [];
  let faultCount = 0;
  const report = (fault: LedgerFault) => {
    faultCount += 1;
    if (faults.length < mostFaults) faults.push(fault);
  };
  const ofEntries = await source.lastSequence();
  const testimony = await readCheckpoints(source, { report, trustedKids });
  const found = await followEntries(source, { testimony, sealing, report, onProgress: (entries) => onProgress?.(entries, ofEntries) });
  const compared = copies ? await compareCopies(source, { copies, testimony, report }) : null;
  const { gaps, unfinished } = await findGaps(source, { trimmed: testimony.removed !== undefined, now: now() });
  return {
    verdict: faultCount > 0 ? 'tampered' : gaps.length > 0 ? 'incomplete' : 'intact',
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    entries: found.entries,
    unread: found.unread,
    firstSequence: found.first,
    lastSequence: found.entries > 0 ? found.end.sequence : null,
    lastHash: found.end.hash,
    days: found.days,
    checkpoints: testimony.checkpoints,
    copies: compared,
    kids: [...testimony.kids],
    faultCount,
    faults,
    gaps,
    unfinished,
  };
}
