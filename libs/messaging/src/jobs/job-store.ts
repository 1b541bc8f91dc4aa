import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { CauseHeaders } from '../outbox/event-envelope.js';
import { rowsOf, tableOf } from '../outbox/service-tables.js';
import type { JobState, JobStateName } from './jobs.js';

export interface NewJob {
  readonly subject: string;
  readonly key: string;
  readonly payload: unknown;
  readonly headers: CauseHeaders;
  readonly maxAttempts: number;
  readonly leaseMs: number;
  readonly delayMs: number;
}

/** One attempt that holds a job: the token proves it. */
export interface HeldJob {
  readonly id: string;
  readonly subject: string;
  readonly key: string;
  readonly payload: unknown;
  readonly headers: CauseHeaders;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly lease_ms: number;
  readonly lease_token: string;
}

export interface DueJob {
  readonly id: string;
  readonly subject: string;
  readonly attempt: number;
  readonly delay_ms: number;
}

export interface Retry {
  readonly reason: string;
  readonly pauseMs: number;
}

const live = `state IN ('queued', 'running')`;
const untilDue = 'greatest(0, extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000)::int AS delay_ms';
const laterBy = (parameter: string) => `clock_timestamp() + make_interval(secs => ${parameter}::double precision / 1000)`;

/** The SQL of the job table. Every change of a running job compares its lease token first. */
export class JobStore {
  private readonly table: string;

  constructor(private readonly dataSource: DataSource) {
    this.table = tableOf(dataSource, 'job');
  }

  /** Inserts the job, or answers the one that is on its way under the same key. */
  async insert(manager: EntityManager, job: NewJob): Promise<DueJob & { readonly isNew: boolean }> {
    for (;;) {
      const [inserted] = await this.rows<DueJob>(
        `INSERT INTO ${this.table} (id, subject, key, payload, headers, max_attempts, lease_ms, next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, ${laterBy('$8')})
         ON CONFLICT (subject, key) WHERE ${live} DO NOTHING RETURNING id, subject, attempt, ${untilDue}`,
        [randomUUID(), job.subject, job.key, JSON.stringify(job.payload), JSON.stringify(job.headers), job.maxAttempts, job.leaseMs, job.delayMs],
        manager,
      );
      if (inserted) return { ...inserted, isNew: true };
      const [known] = await this.rows<DueJob>(`SELECT id, subject, attempt, ${untilDue} FROM ${this.table} WHERE subject = $1 AND key = $2 AND ${live}`, [job.subject, job.key], manager);
      if (known) return { ...known, isNew: false };
    }
  }

  /** Takes a queued job that is due for one attempt; null when somebody else has it or it is final. */
  async take(id: string, worker: string): Promise<HeldJob | null> {
    const [held] = await this.rows<HeldJob>(
      `UPDATE ${this.table} SET state = 'running', attempt = attempt + 1, worker = $2, lease_token = $3,
         lease_until = clock_timestamp() + make_interval(secs => lease_ms / 1000.0)
       WHERE id = $1 AND state = 'queued' AND next_attempt_at <= clock_timestamp() + interval '1 second'
       RETURNING id, subject, key, payload, headers, attempt, max_attempts, lease_ms, lease_token`,
      [id, worker, randomUUID()],
    );
    return held ?? null;
  }

  /** Prolongs the lease; false when this attempt no longer holds the job. */
  async extend(held: HeldJob, manager?: EntityManager): Promise<boolean> {
    return this.change(held, 'lease_until = clock_timestamp() + make_interval(secs => lease_ms / 1000.0)', { manager });
  }

  async complete(held: HeldJob): Promise<boolean> {
    return this.change(held, `state = 'done', reason = NULL, lease_until = NULL, finished_at = clock_timestamp()`);
  }

  async fail(held: HeldJob, reason: string): Promise<boolean> {
    return this.change(held, `state = 'failed', reason = $3, lease_until = NULL, finished_at = clock_timestamp()`, { values: [reason] });
  }

  async retry(held: HeldJob, { reason, pauseMs }: Retry): Promise<boolean> {
    return this.change(held, `state = 'queued', reason = $3, lease_until = NULL, dispatched_at = NULL, next_attempt_at = ${laterBy('$4')}`, { values: [reason, pauseMs] });
  }

  /** Gives an attempt back that a stopping process could not finish; it does not count. */
  async giveBack(held: HeldJob): Promise<boolean> {
    return this.change(held, `state = 'queued', attempt = attempt - 1, lease_until = NULL, dispatched_at = NULL, next_attempt_at = clock_timestamp()`);
  }

  async cancel(manager: EntityManager, subject: string, key: string): Promise<string | null> {
    const [row] = await this.rows<{ id: string }>(
      `UPDATE ${this.table} SET state = 'cancelled', reason = 'cancelled', lease_until = NULL, finished_at = clock_timestamp()
       WHERE subject = $1 AND key = $2 AND ${live} RETURNING id`,
      [subject, key], manager,
    );
    return row?.id ?? null;
  }

  async isCancelled(id: string): Promise<boolean> {
    const rows = await this.rows(`SELECT 1 FROM ${this.table} WHERE id = $1 AND state = 'cancelled'`, [id]);
    return rows.length > 0;
  }

  async find(manager: EntityManager, subject: string, key: string): Promise<JobState | null> {
    const [row] = await this.rows<{ id: string; state: JobStateName; attempt: number; max_attempts: number; reason: string | null; next_attempt_at: Date }>(
      `SELECT id, state, attempt, max_attempts, reason, next_attempt_at FROM ${this.table} WHERE subject = $1 AND key = $2 ORDER BY created_at DESC LIMIT 1`,
      [subject, key], manager,
    );
    if (!row) return null;
    const { id, state, attempt, max_attempts: maxAttempts, reason, next_attempt_at: nextAttemptAt } = row;
    return { jobId: id, state, attempt, maxAttempts, reason, nextAttemptAt };
  }

  async markDispatched(ids: readonly string[]): Promise<void> {
    await this.rows(`UPDATE ${this.table} SET dispatched_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND state = 'queued'`, [ids]);
  }

  /** Puts jobs whose worker stopped answering back in the queue, or ends them when that was the last attempt. */
  async reclaimAbandoned(firstPauseMs: number): Promise<number> {
    const rows = await this.rows(
      `UPDATE ${this.table} SET
         state = CASE WHEN attempt >= max_attempts THEN 'failed' ELSE 'queued' END,
         finished_at = CASE WHEN attempt >= max_attempts THEN clock_timestamp() END,
         reason = 'LEASE_LOST: the worker stopped answering',
         lease_until = NULL, dispatched_at = NULL,
         next_attempt_at = ${laterBy(`($1::bigint * (2 ^ least(attempt - 1, 9)))`)}
       WHERE id IN (SELECT id FROM ${this.table} WHERE state = 'running' AND lease_until < clock_timestamp() LIMIT 500 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [firstPauseMs],
    );
    return rows.length;
  }

  /** Queued jobs that were never dispatched, or that should long have been taken: whoever dispatched them forgot. */
  async undispatched(redispatchMs: number): Promise<DueJob[]> {
    return this.rows<DueJob>(
      `SELECT id, subject, attempt, ${untilDue} FROM ${this.table}
       WHERE state = 'queued' AND (dispatched_at IS NULL
         OR greatest(dispatched_at, next_attempt_at) < clock_timestamp() - make_interval(secs => $1::double precision / 1000))
       ORDER BY next_attempt_at LIMIT 500`,
      [redispatchMs],
    );
  }

  async deleteFinished(days: { readonly wellEnded: number; readonly failed: number }): Promise<void> {
    await this.rows(
      `DELETE FROM ${this.table} WHERE finished_at < clock_timestamp() - make_interval(days => CASE WHEN state = 'failed' THEN $2::int ELSE $1::int END)`,
      [days.wellEnded, days.failed],
    );
  }

  /** How many jobs are in which state, and how long the oldest has been due. */
  async backlog(): Promise<{ byState: ReadonlyMap<JobStateName, number>; oldestDueSeconds: number }> {
    const rows = await this.rows<{ state: JobStateName; jobs: number; overdue: number | null }>(
      `SELECT state, count(*)::int AS jobs, extract(epoch FROM clock_timestamp() - min(next_attempt_at) FILTER (WHERE state = 'queued'))::float8 AS overdue
       FROM ${this.table} GROUP BY state`, [],
    );
    const overdue = rows.find(({ state }) => state === 'queued')?.overdue ?? 0;
    return { byState: new Map(rows.map(({ state, jobs }) => [state, jobs])), oldestDueSeconds: Math.max(0, overdue) };
  }

  private async change(held: HeldJob, assignment: string, { values = [], manager }: { values?: readonly unknown[]; manager?: EntityManager } = {}): Promise<boolean> {
    const rows = await this.rows(
      `UPDATE ${this.table} SET ${assignment} WHERE id = $1 AND lease_token = $2 AND state = 'running' RETURNING id`,
      [held.id, held.lease_token, ...values], manager,
    );
    return rows.length > 0;
  }

  private async rows<T>(statement: string, values: readonly unknown[], on: EntityManager | DataSource = this.dataSource): Promise<T[]> {
    return rowsOf<T>(await on.query(statement, [...values]));
  }
}
