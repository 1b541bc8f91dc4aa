import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOf } from './service-tables.js';

/** Why: events are told from a table that commits with the change they tell about, and received in one that commits with their effect. */
export class CreateOutbox1763800000001 implements MigrationInterface {
  readonly name = 'CreateOutbox1763800000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const outbox = tableOf(queryRunner.dataSource, 'outbox');
    // payload is json, not jsonb: jsonb refuses the NUL escapes that extracted text may hold
    await queryRunner.query(`
      CREATE TABLE ${outbox} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL UNIQUE,
        subject text NOT NULL,
        payload json NOT NULL,
        headers json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        replays integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        claimed_until timestamptz,
        published_at timestamptz,
        carrier_generation text,
        reason text
      )`);
    await queryRunner.query(`CREATE INDEX outbox_waiting ON ${outbox} (id) WHERE published_at IS NULL`);
    await queryRunner.query(`CREATE INDEX outbox_published ON ${outbox} (published_at)`);
    await queryRunner.query(`
      CREATE TABLE ${tableOf(queryRunner.dataSource, 'inbox')} (
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, event_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE ${tableOf(queryRunner.dataSource, 'dead_letter')} (
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        subject text NOT NULL,
        payload json NOT NULL,
        headers json NOT NULL,
        reason text NOT NULL,
        attempts integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, event_id)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
