import { Injectable } from '@nestjs/common';
import type { Revocation } from '@voiceassist/contracts';
import { clockToleranceSeconds, IdentityConfig } from '@voiceassist/messaging';
import { DataSource, type EntityManager } from 'typeorm';

/** Keeps one answer far below the size limit of a message. */
const pageSize = 2_000;

interface Row {
  readonly last: string;
  readonly sequence: string | null;
  readonly session_id: string;
  readonly revoked_at: Date;
}

/**
 * Ended sessions in the order in which their transactions committed. Numbers come from a row that stays locked until
 * the commit: a reader never sees a number before all smaller ones, so that it can safely ask for what came after.
 */
@Injectable()
export class RevocationsRepository {
  private readonly tokenLifeSeconds: number;

  constructor(private readonly dataSource: DataSource, config: IdentityConfig) {
    this.tokenLifeSeconds = config.AUTH_ACCESS_TOKEN_SECONDS + 2 * clockToleranceSeconds;
  }

  /** Do this last in a transaction: other revocations wait for its end. */
  async add(manager: EntityManager, sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    await manager.query(
      `WITH counter AS (UPDATE auth.revocation_counter SET last = last + cardinality($1::uuid[]) RETURNING last)
       INSERT INTO auth.revocation (sequence, session_id, revoked_at)
       SELECT counter.last - cardinality($1::uuid[]) + ended.position, ended.session_id, clock_timestamp()
       FROM counter, unnest($1::uuid[]) WITH ORDINALITY AS ended (session_id, position)`,
      [sessionIds],
    );
  }

  /** One statement, hence one snapshot: the counter and the rows belong together. */
  async listAfter(sequence: number): Promise<{ revocations: Revocation[]; lastSequence: number }> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT counter.last, ended.* FROM auth.revocation_counter AS counter
       LEFT JOIN LATERAL (
         SELECT r.sequence, r.session_id, r.revoked_at FROM auth.revocation AS r
         WHERE r.sequence > $1 AND r.revoked_at > clock_timestamp() - make_interval(secs => $2)
         ORDER BY r.sequence LIMIT ${pageSize}) AS ended ON true
       ORDER BY ended.sequence`,
      [sequence, this.tokenLifeSeconds],
    );
    const revocations = rows.filter((row) => row.sequence !== null)
      .map((row) => ({ sequence: Number(row.sequence), sessionId: row.session_id, revokedAt: row.revoked_at.toISOString() }));
    const lastOfPage = revocations.length === pageSize ? revocations.at(-1)?.sequence : undefined;
    return { revocations, lastSequence: lastOfPage ?? Number(rows[0]?.last ?? 0) };
  }

  async forgetExpired(): Promise<void> {
    await this.dataSource.query(
      'DELETE FROM auth.revocation WHERE revoked_at < clock_timestamp() - make_interval(secs => $1)', [this.tokenLifeSeconds],
    );
  }
}
