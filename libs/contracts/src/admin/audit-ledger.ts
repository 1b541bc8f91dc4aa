import { z } from 'zod';
import { Instant } from '../kernel/ids.js';

/** Something in the ledger that cannot have come about by adding entries. */
export const LedgerFault = z.object({
  /**
   * `changed`: content and hash differ. `missing`: entries are gone. `unlinked`: an entry does not follow the one before
   * (inserted, reordered or written anew). `misplaced`: day or position are wrong. `columns`: what can be searched differs
   * from the record. `checkpoint`: a checkpoint is forged, gone or says something else than the entries or its copy.
   */
  kind: z.enum(['changed', 'missing', 'unlinked', 'misplaced', 'columns', 'checkpoint']),
  sequence: z.int().optional(),
  /** The last of several, for `missing`. */
  toSequence: z.int().optional(),
  checkpoint: z.int().optional(),
  explanation: z.string(),
});
export type LedgerFault = z.infer<typeof LedgerFault>;

/** Numbers of a producer that never arrived, though later ones did. */
export const LedgerGap = z.object({ service: z.string(), run: z.uuid(), missing: z.array(z.int()).max(100), missingCount: z.int(), since: Instant });
export type LedgerGap = z.infer<typeof LedgerGap>;

export const LedgerReport = z.object({
  /** `incomplete`: nothing was tampered with, but rows of producers have not arrived for a long time. */
  verdict: z.enum(['intact', 'incomplete', 'tampered']),
  startedAt: Instant,
  finishedAt: Instant,
  entries: z.int(),
  /** Entries whose place in the chain was verified, but whose records were not opened: by whoever has no keys. */
  unread: z.int().default(0),
  firstSequence: z.int().nullable(),
  lastSequence: z.int().nullable(),
  lastHash: z.string(),
  days: z.int(),
  checkpoints: z.int(),
  /** Copies of checkpoints that were compared; null where they could not be reached. */
  copies: z.int().nullable(),
  /** Names of the keys whose signatures were accepted. */
  kids: z.array(z.string()),
  faultCount: z.int(),
  /** The first hundred. */
  faults: z.array(LedgerFault).max(100),
  gaps: z.array(LedgerGap),
  /** Numbers at the very end of runs that were killed: taken, but never written. */
  unfinished: z.int(),
});
export type LedgerReport = z.infer<typeof LedgerReport>;

export const VerificationStep = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), entries: z.int(), ofEntries: z.int() }),
  z.object({ type: z.literal('result'), report: LedgerReport }),
]);
export type VerificationStep = z.infer<typeof VerificationStep>;

export const LegalHold = z.object({ held: z.boolean(), reason: z.string(), changedBy: z.uuid(), changedAt: Instant });
export type LegalHold = z.infer<typeof LegalHold>;

/** How the ledger is doing, without reading all of it. */
export const LedgerState = z.object({
  entries: z.int(),
  retentionDays: z.int(),
  hold: LegalHold.nullable(),
  lastCheckpoint: z.object({ number: z.int(), takenAt: Instant, sequence: z.int(), hash: z.string(), kid: z.string() }).nullable(),
  lastVerification: LedgerReport.nullable(),
  /** Whether the service's own database role could not change an entry even if it tried. */
  appendOnlyRole: z.boolean(),
});
export type LedgerState = z.infer<typeof LedgerState>;
