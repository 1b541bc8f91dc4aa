import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@voiceassist/messaging';
import { z } from 'zod';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a checkpoint says about the ledger at one moment. */
export const CheckpointStatement = z.object({
  format: z.literal('voiceassist-audit-checkpoint-1'),
  /** Counts from 1 without gaps. */
  number: z.int().min(1),
  /** `day`: the last entry of a day that is over. `tombstone`: entries were removed because their time was up. */
  kind: z.enum(['periodic', 'day', 'tombstone']),
  takenAt: z.iso.datetime(),
  /** The last entry the checkpoint vouches for. */
  sequence: z.int().min(0),
  day: z.string(),
  position: z.int().min(0),
  hash: Sha256,
  /** SHA-256 of the statement before; zeros for the first. */
  previous: Sha256,
  /** For a tombstone: what was removed, from the first entry that was left until then. */
  removed: z.object({ firstSequence: z.int(), lastSequence: z.int(), lastHash: Sha256, entries: z.int(), beforeDay: z.string() }).optional(),
});
export type CheckpointStatement = z.infer<typeof CheckpointStatement>;

/** A statement in its canonical form with the signature over these characters (Ed25519). */
export interface SignedCheckpoint {
  readonly number: number;
  readonly statement: string;
  readonly kid: string;
  /** base64url. */
  readonly signature: string;
}

/** A copy outside of the database can be checked by itself. */
export const CheckpointCopy = z.object({ number: z.int(), statement: z.string(), kid: z.string(), signature: z.string(), publicKey: z.string() });
export type CheckpointCopy = z.infer<typeof CheckpointCopy>;

export const statementHash = (statement: string): string => createHash('sha256').update(statement).digest('hex');

/** Public keys travel as base64 of their SPKI form and are named by its hash. */
export const publicKeyText = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
export const kidOf = (publicKey: string): string => createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32);

export function signCheckpoint(statement: CheckpointStatement, { kid, privateKey }: { readonly kid: string; readonly privateKey: KeyObject }): SignedCheckpoint {
  const text = canonicalJson(statement);
  return { number: statement.number, statement: text, kid, signature: sign(null, Buffer.from(text), privateKey).toString('base64url') };
}

/** The statement of a checkpoint; null unless the key is the one it names and the signature is that key's. */
export function openCheckpoint({ statement, kid, signature }: SignedCheckpoint, publicKey: string): CheckpointStatement | null {
  try {
    if (kidOf(publicKey) !== kid) return null;
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    if (!verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url'))) return null;
    return CheckpointStatement.parse(JSON.parse(statement));
  } catch {
    return null; // whatever cannot be read was not written by us
  }
}
