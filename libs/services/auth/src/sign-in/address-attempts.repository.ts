import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { attackerOf, commonFailure } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { AuthConfig } from '../auth.config.js';

const hourSeconds = 3_600;

/** Addresses are kept as hashes, for a day. */
const keyOf = (address: string) => createHash('sha256').update(attackerOf(address)).digest();

/**
 * Slows down guessing from one address at many accounts, across all replicas. Failures drain away at an even rate, so
 * that a hospital behind one address is not locked out for the mistakes of a morning.
 */
@Injectable()
export class AddressAttemptsRepository {
  private readonly most: number;

  constructor(private readonly dataSource: DataSource, config: AuthConfig) {
    this.most = config.AUTH_ADDRESS_FAILURES_PER_HOUR;
  }

  /**
   * Counts an attempt as failed before it is checked; `takeBack` forgives it. Fails with RATE_LIMITED, and does not
   * count, while there were too many. Callers without an address are our own.
   */
  async begin(address: string | undefined): Promise<void> {
    if (address === undefined) return;
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO auth.address_attempt AS a (address_hash, level, at) VALUES ($1, 1, clock_timestamp())
       ON CONFLICT (address_hash) DO UPDATE SET level = ${this.drained} + 1, at = clock_timestamp()
       WHERE ${this.drained} + 1 <= $2
       RETURNING level`,
      [keyOf(address), this.most],
    );
    if (rows.length === 0) throw await this.tooMany(address);
  }

  /** The attempt was a success. */
  async takeBack(address: string | undefined): Promise<void> {
    if (address === undefined) return;
    await this.dataSource.query('UPDATE auth.address_attempt SET level = greatest(0, level - 1) WHERE address_hash = $1', [keyOf(address)]);
  }

  /** Forgets addresses whose failures have drained away long ago. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.address_attempt WHERE at < clock_timestamp() - interval '1 day'`);
  }

  /** What is left of the failures at this moment. */
  private get drained(): string {
    return `greatest(0, a.level - extract(epoch FROM clock_timestamp() - a.at) * ${this.most / hourSeconds})`;
  }

  private async tooMany(address: string) {
    const [row] = await this.dataSource.query<{ level: number }[]>(
      `SELECT (${this.drained})::float8 AS level FROM auth.address_attempt AS a WHERE address_hash = $1`, [keyOf(address)],
    );
    const excess = Math.max(0, (row?.level ?? 0) + 1 - this.most);
    const retryAfterSeconds = Math.max(1, Math.ceil((excess * hourSeconds) / this.most));
    const details = { retryAfterSeconds, retryAfterMs: retryAfterSeconds * 1_000 };
    return commonFailure('RATE_LIMITED', 'Too many attempts to sign in. Wait a little and try again.', { details });
  }
}
