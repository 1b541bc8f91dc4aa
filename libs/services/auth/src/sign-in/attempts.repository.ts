import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { commonFailure } from '@voiceassist/kit';
import { DataSource, type EntityManager } from 'typeorm';

/** So many failed attempts in a row cost nothing but the work of the hash. */
const freeAttempts = 10;
const longestPauseSeconds = 900;
/** NIST SP 800-63B-4 allows at most 100 consecutive failures. */
const mostFailures = 100;
const daySeconds = 86_400;

/** What is counted: failures at the password of an address or at the second factor of a person, or letters that an address was asked for. */
export type AttemptKey = `password ${string}` | `factor ${string}` | `letters ${string}`;

export const passwordAttempts = (emailKey: string): AttemptKey => `password ${emailKey}`;
export const factorAttempts = (userId: string): AttemptKey => `factor ${userId}`;
export const letterRequests = (emailKey: string): AttemptKey => `letters ${emailKey}`;

/**
 * How long nothing is checked after the hundredth failure. Strangers can bring that about for a password, so that it ends after
 * a day; failures of a second factor need the password first. Whoever asks for letters guesses nothing, and is never locked out.
 */
const lockSeconds = { password: daySeconds, factor: 30 * daySeconds, letters: longestPauseSeconds } as const;

/** The same whether there is such an account or not. */
const messages = {
  password: 'Too many attempts to sign in. Wait a little and try again.',
  factor: 'Too many attempts to sign in. Wait a little and try again.',
  letters: 'A link was asked for many times. If there is such an account, the last message holds one.',
} as const;

const kindOf = (key: AttemptKey) => key.slice(0, key.indexOf(' ')) as keyof typeof lockSeconds; // as the keys are made

/** What stands in the database; the older forms of keys stay as they were, so that replicas of either version count together. */
function textOf(key: AttemptKey): string {
  const of = key.slice(key.indexOf(' ') + 1);
  return { password: of, factor: `second factor of ${of}`, letters: `password reset of ${of}` }[kindOf(key)];
}

/** Addresses are kept as hashes: the table also remembers addresses that belong to nobody here. */
const hashOf = (key: AttemptKey) => createHash('sha256').update(textOf(key)).digest();

/** Slows down guessing at one account, known or not, across all replicas. */
@Injectable()
export class AttemptsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Counts an attempt as failed before it is checked, so that many at once cannot slip through; `clear` takes it back.
   * Fails with RATE_LIMITED, and does not count, while the address is being slowed down. After a lock the count begins anew.
   */
  async begin(key: AttemptKey): Promise<void> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO auth.sign_in_attempt AS a (email_hash, failures, last_at, blocked_until)
       VALUES ($1, 1, clock_timestamp(), clock_timestamp())
       ON CONFLICT (email_hash) DO UPDATE SET failures = CASE WHEN a.failures >= ${mostFailures} THEN 1 ELSE a.failures + 1 END, last_at = clock_timestamp(),
         blocked_until = clock_timestamp() + make_interval(secs => CASE
           WHEN a.failures + 1 = ${mostFailures} THEN ${lockSeconds[kindOf(key)]}
           WHEN a.failures >= ${mostFailures} OR a.failures + 1 < ${freeAttempts} THEN 0
           ELSE least(${longestPauseSeconds}, power(2, a.failures + 1 - ${freeAttempts})) END)
       WHERE a.blocked_until <= clock_timestamp()
       RETURNING failures`,
      [hashOf(key)],
    );
    if (rows.length === 0) throw await this.tooMany(key);
  }

  async failuresOf(key: AttemptKey, manager: EntityManager = this.dataSource.manager): Promise<number> {
    const [row] = await manager.query<{ failures: number }[]>('SELECT failures FROM auth.sign_in_attempt WHERE email_hash = $1', [hashOf(key)]);
    return row?.failures ?? 0;
  }

  /** Forgets all failures of the address. */
  async clear(key: AttemptKey, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query('DELETE FROM auth.sign_in_attempt WHERE email_hash = $1', [hashOf(key)]);
  }

  /** Forgets addresses at which nobody has tried for a month; most of them belong to nobody here. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.sign_in_attempt WHERE last_at < clock_timestamp() - interval '30 days' AND blocked_until < clock_timestamp()`);
  }

  private async tooMany(key: AttemptKey) {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(
      `SELECT greatest(1, ceil(extract(epoch FROM blocked_until - clock_timestamp())))::int AS seconds
       FROM auth.sign_in_attempt WHERE email_hash = $1`,
      [hashOf(key)],
    );
    const retryAfterSeconds = row?.seconds ?? 1;
    const details = { retryAfterSeconds, retryAfterMs: retryAfterSeconds * 1_000 };
    return commonFailure('RATE_LIMITED', messages[kindOf(key)], { details });
  }
}
