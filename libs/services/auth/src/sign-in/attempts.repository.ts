import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { commonFailure } from '@voiceassist/kit';
import { DataSource } from 'typeorm';

/** So many failed attempts in a row cost nothing but the work of the hash. */
const freeAttempts = 10;
const longestPauseSeconds = 900;
/** NIST SP 800-63B-4 allows at most 100 consecutive failures; from then on there is one attempt a day. */
const mostFailures = 100;
const lockSeconds = 86_400;

/** Addresses are kept as hashes: the table also remembers addresses that belong to nobody here. */
const keyOf = (emailKey: string) => createHash('sha256').update(emailKey).digest();

/** Slows down guessing at one account, known or not, across all replicas. */
@Injectable()
export class AttemptsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Counts an attempt as failed before it is checked, so that many at once cannot slip through; `clear` takes it back.
   * Fails with RATE_LIMITED, and does not count, while the address is being slowed down.
   */
  async begin(emailKey: string): Promise<void> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO auth.sign_in_attempt AS a (email_hash, failures, last_at, blocked_until)
       VALUES ($1, 1, clock_timestamp(), clock_timestamp())
       ON CONFLICT (email_hash) DO UPDATE SET failures = a.failures + 1, last_at = clock_timestamp(),
         blocked_until = clock_timestamp() + make_interval(secs => CASE
           WHEN a.failures + 1 >= ${mostFailures} THEN ${lockSeconds}
           WHEN a.failures + 1 < ${freeAttempts} THEN 0
           ELSE least(${longestPauseSeconds}, power(2, a.failures + 1 - ${freeAttempts})) END)
       WHERE a.blocked_until <= clock_timestamp()
       RETURNING failures`,
      [keyOf(emailKey)],
    );
    if (rows.length === 0) throw await this.tooMany(emailKey);
  }

  async failuresOf(emailKey: string): Promise<number> {
    const [row] = await this.dataSource.query<{ failures: number }[]>('SELECT failures FROM auth.sign_in_attempt WHERE email_hash = $1', [keyOf(emailKey)]);
    return row?.failures ?? 0;
  }

  /** Forgets all failures of the address. */
  async clear(emailKey: string): Promise<void> {
    await this.dataSource.query('DELETE FROM auth.sign_in_attempt WHERE email_hash = $1', [keyOf(emailKey)]);
  }

  /** Forgets addresses at which nobody has tried for a month; most of them belong to nobody here. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.sign_in_attempt WHERE last_at < clock_timestamp() - interval '30 days'`);
  }

  private async tooMany(emailKey: string) {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(
      `SELECT greatest(1, ceil(extract(epoch FROM blocked_until - clock_timestamp())))::int AS seconds
       FROM auth.sign_in_attempt WHERE email_hash = $1`,
      [keyOf(emailKey)],
    );
    const retryAfterSeconds = row?.seconds ?? 1;
    const details = { retryAfterSeconds, retryAfterMs: retryAfterSeconds * 1_000 };
    return commonFailure('RATE_LIMITED', 'Too many attempts to sign in. Wait a little and try again.', { details });
  }
}
