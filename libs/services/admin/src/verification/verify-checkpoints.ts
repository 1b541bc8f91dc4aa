import type { LedgerFault } from '@voiceassist/contracts';
import { openCheckpoint, statementHash, type CheckpointCopy, type CheckpointStatement, type SignedCheckpoint } from '../checkpoints/checkpoint.js';
import { genesisHash } from '../ledger/ledger-entry.js';
import type { LedgerSource } from './ledger-source.js';

const batch = 1_000;

/** What the checkpoints together say, once they have been found to be ours. */
export interface Testimony {
  readonly checkpoints: number;
  readonly kids: ReadonlySet<string>;
  /** Hash that the entry must have, by its sequence. */
  readonly hashes: ReadonlyMap<number, { readonly hash: string; readonly checkpoint: number }>;
  readonly lastSequence: number;
  /** The last removal of old entries. */
  readonly removed: CheckpointStatement['removed'];
  /** Hash of each statement, by number. */
  readonly statements: ReadonlyMap<number, string>;
}

interface CheckpointRules {
  readonly report: (fault: LedgerFault) => void;
  /** Only these keys count; all keys of the database when left out. */
  readonly trustedKids?: readonly string[];
}

const fault = (checkpoint: number, explanation: string): LedgerFault => ({ kind: 'checkpoint', checkpoint, explanation });

/** Checks signatures and order of all checkpoints and gathers what they vouch for. */
export async function readCheckpoints(source: LedgerSource, { report, trustedKids }: CheckpointRules): Promise<Testimony> {
  const keys = await source.publicKeys();
  const kids = new Set<string>();
  const hashes = new Map<number, { hash: string; checkpoint: number }>();
  const statements = new Map<number, string>();
  let removed: CheckpointStatement['removed'];
  let [lastNumber, lastHash, lastSequence] = [0, genesisHash, 0];
  const take = (checkpoint: SignedCheckpoint) => {
    const { number, kid, statement: text } = checkpoint;
    statements.set(number, statementHash(text));
    const trusted = trustedKids === undefined || trustedKids.includes(kid);
    const statement = trusted ? openCheckpoint(checkpoint, keys.get(kid) ?? '') : null;
    if (number !== lastNumber + 1) report(fault(number, `checkpoints ${lastNumber + 1} to ${number - 1} are missing`));
    else if (statement && statement.previous !== lastHash) report(fault(number, 'the checkpoint does not follow the one before'));
    [lastNumber, lastHash] = [number, statementHash(text)];
    if (!statement || statement.number !== number) return report(fault(number, trusted ? 'the signature is not that of a known key' : `the key ${kid} is not trusted`));
    kids.add(kid);
    hashes.set(statement.sequence, { hash: statement.hash, checkpoint: number });
    lastSequence = Math.max(lastSequence, statement.sequence);
    if (statement.removed) removed = statement.removed;
  };
  for (let page = await source.checkpointsAfter(0, batch); page.length > 0; page = await source.checkpointsAfter(page.at(-1)?.number ?? 0, batch)) page.forEach(take);
  return { checkpoints: statements.size, kids, hashes, lastSequence, removed, statements };
}

interface Comparison {
  readonly copies: AsyncIterable<CheckpointCopy>;
  readonly testimony: Testimony;
  readonly report: (fault: LedgerFault) => void;
}

/** Compares copies that were kept outside of the database; answers how many. */
export async function compareCopies(source: LedgerSource, { copies, testimony, report }: Comparison): Promise<number> {
  let compared = 0;
  for await (const copy of copies) {
    compared += 1;
    if (!openCheckpoint(copy, copy.publicKey)) continue; // not written by us
    const known = testimony.statements.get(copy.number) ?? (await takenMeanwhile(source, copy.number));
    if (known === undefined) report(fault(copy.number, 'there is a copy of this checkpoint, but the database does not have it'));
    else if (known !== statementHash(copy.statement)) report(fault(copy.number, 'the copy of this checkpoint says something else than the database'));
  }
  return compared;
}

async function takenMeanwhile(source: LedgerSource, number: number): Promise<string | undefined> {
  const [checkpoint] = await source.checkpointsAfter(number - 1, 1);
  return checkpoint?.number === number ? statementHash(checkpoint.statement) : undefined;
}
