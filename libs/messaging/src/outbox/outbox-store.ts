import type { DataSource, EntityManager } from 'typeorm';
import type { Telling } from './event-carrier.js';
import type { EventEnvelope } from './event-envelope.js';
import { rowsOf, tableOf } from './service-tables.js';

export interface ClaimedEvent {
  readonly id: string;
  readonly telling: Telling;
  readonly event: EventEnvelope;
}

export interface FailedRelay {
  readonly id: string;
  readonly reason: string;
  readonly pauseMs: number;
}

interface OutboxRow {
  readonly id: string;
  readonly event_id: string;
  readonly subject: string;
  readonly payload: unknown;
  readonly headers: EventEnvelope['headers'];
  readonly attempts: number;
  readonly replays: number;
}

/** How long a relay may take for a batch before another one tells the same events; consumers hear them once all the same. */
const claimSeconds = 30;

/** The SQL of the outbox table. A claim is a lease, not an open transaction: delivery may need the same database session. */
export class OutboxStore {
  private readonly table: string;

  constructor(private readonly dataSource: DataSource) {
    this.table = tableOf(dataSource, 'outbox');
  }

  /** With `holdMs` it is not due before that time is over. */
  async insert(manager: EntityManager, event: EventEnvelope, holdMs = 0): Promise<void> {
    await manager.query(
      `INSERT INTO ${this.table} (event_id, subject, payload, headers, next_attempt_at)
       VALUES ($1, $2, $3, $4, CASE WHEN $5::double precision = 0 THEN now() ELSE clock_timestamp() + make_interval(secs => $5 / 1000) END)`,
      [event.eventId, event.subject, JSON.stringify(event.payload), JSON.stringify(event.headers), holdMs],
    );
  }

  /** Changes an event that no relay has taken yet and makes it due. */
  async settle(eventId: string, payload: unknown): Promise<'settled' | 'gone' | 'told'> {
    const changed = rowsOf(await this.dataSource.query(
      `UPDATE ${this.table} SET payload = $2, next_attempt_at = clock_timestamp() WHERE event_id = $1 AND attempts = 0 AND published_at IS NULL RETURNING id`,
      [eventId, JSON.stringify(payload)],
    ));
    if (changed.length > 0) return 'settled';
    const found = rowsOf(await this.dataSource.query(`SELECT id FROM ${this.table} WHERE event_id = $1`, [eventId]));
    return found.length > 0 ? 'told' : 'gone';
  }

  /** Takes the oldest events that are due and that no other relay holds, in order. */
  async claim(limit: number): Promise<ClaimedEvent[]> {
    const rows = rowsOf<OutboxRow>(await this.dataSource.query(
      `UPDATE ${this.table} SET claimed_until = clock_timestamp() + make_interval(secs => ${claimSeconds}), attempts = attempts + 1
       WHERE id IN (
         SELECT id FROM ${this.table}
         WHERE published_at IS NULL AND next_attempt_at <= clock_timestamp() AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id, event_id, subject, payload, headers, attempts, replays`,
      [limit],
    ));
    return rows
      .sort((left, right) => Number(left.id) - Number(right.id))
      .map((row) => ({
        id: row.id,
        telling: { attempt: row.attempts, replay: row.replays },
        event: { eventId: row.event_id, subject: row.subject, payload: row.payload, headers: row.headers },
      }));
  }

  async markPublished(ids: readonly string[], generation: string): Promise<void> {
    if (ids.length === 0) return;
    await this.dataSource.query(
      `UPDATE ${this.table} SET published_at = clock_timestamp(), claimed_until = NULL, carrier_generation = $2, reason = NULL WHERE id = ANY($1::bigint[])`,
      [ids, generation],
    );
  }

  async postpone({ id, reason, pauseMs }: FailedRelay): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${this.table} SET claimed_until = NULL, reason = $2, next_attempt_at = clock_timestamp() + make_interval(secs => $3::double precision / 1000)
       WHERE id = $1 AND published_at IS NULL`,
      [id, reason, pauseMs],
    );
  }

  /** Gives back what an earlier process of ours had claimed, and makes everything that waits for another attempt due now. */
  async releaseClaims(): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${this.table} SET claimed_until = NULL, next_attempt_at = clock_timestamp()
       WHERE published_at IS NULL AND attempts > 0 AND (claimed_until IS NOT NULL OR next_attempt_at > clock_timestamp())`,
    );
  }

  /** Makes everything due again that was handed to a carrier whose memory is gone. */
  async reopenOtherGenerations(generation: string): Promise<number> {
    return this.reopen('carrier_generation IS DISTINCT FROM $1', generation);
  }

  /** Makes everything told since then due again. */
  async reopenSince(since: Date): Promise<number> {
    return this.reopen('created_at >= $1', since);
  }

  async deletePublishedBefore(days: number): Promise<void> {
    await this.dataSource.query(`DELETE FROM ${this.table} WHERE published_at < clock_timestamp() - make_interval(days => $1)`, [days]);
    await this.dataSource.query(`DELETE FROM ${tableOf(this.dataSource, 'inbox')} WHERE received_at < clock_timestamp() - make_interval(days => $1)`, [days * 4]);
  }

  async backlog(): Promise<{ waiting: number; oldestSeconds: number; deadLetters: number }> {
    const [row] = rowsOf<{ waiting: number; oldest: number; dead: number }>(await this.dataSource.query(
      `SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest,
         (SELECT count(*)::int FROM ${tableOf(this.dataSource, 'dead_letter')}) AS dead
       FROM ${this.table} WHERE published_at IS NULL`,
    ));
    return { waiting: row?.waiting ?? 0, oldestSeconds: row?.oldest ?? 0, deadLetters: row?.dead ?? 0 };
  }

  private async reopen(condition: string, value: unknown): Promise<number> {
    const rows = rowsOf<{ id: string }>(await this.dataSource.query(
      `UPDATE ${this.table} SET published_at = NULL, attempts = 0, replays = replays + 1, next_attempt_at = clock_timestamp()
       WHERE published_at IS NOT NULL AND ${condition} RETURNING id`,
      [value],
    ));
    return rows.length;
  }
}

/**
 * Tells again every event recorded since then, for example after a consumer lost its data. Consumers that already had
 * an event do nothing. Answers how many events will be told; the relay picks them up by itself.
 */
export function replayOutbox(dataSource: DataSource, since: Date): Promise<number> {
  return new OutboxStore(dataSource).reopenSince(since);
}
