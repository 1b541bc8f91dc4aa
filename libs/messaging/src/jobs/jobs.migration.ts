import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOf } from '../outbox/service-tables.js';

/** Why: the row of a job is the truth about it, so that a queue which forgets loses nothing. */
export class CreateJobs1763800000002 implements MigrationInterface {
  readonly name = 'CreateJobs1763800000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    const job = tableOf(queryRunner.dataSource, 'job');
    await queryRunner.query(`
      CREATE TABLE ${job} (
        id uuid PRIMARY KEY,
        subject text NOT NULL,
        key text NOT NULL,
        payload json NOT NULL,
        headers json NOT NULL,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        attempt integer NOT NULL DEFAULT 0,
        max_attempts integer NOT NULL,
        lease_ms integer NOT NULL,
        lease_token uuid,
        lease_until timestamptz,
        worker text,
        reason text,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        dispatched_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX job_live_key ON ${job} (subject, key) WHERE state IN ('queued', 'running')`);
    await queryRunner.query(`CREATE INDEX job_by_key ON ${job} (subject, key, created_at)`);
    await queryRunner.query(`CREATE INDEX job_due ON ${job} (next_attempt_at) WHERE state = 'queued'`);
    await queryRunner.query(`CREATE INDEX job_leased ON ${job} (lease_until) WHERE state = 'running'`);
    await queryRunner.query(`CREATE INDEX job_finished ON ${job} (finished_at) WHERE finished_at IS NOT NULL`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
