import { giveIntoKeeping } from '@voiceassist/storage';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit becomes a chain of hashes with signed checkpoints, in tables that the service may only add to. */
export class CreateAuditLedger1764300000000 implements MigrationInterface {
  readonly name = 'CreateAuditLedger1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await this.createEntries(runner);
    await runner.query(`
      CREATE TABLE admin.audit_checkpoint (
        number bigint PRIMARY KEY,
        day date NOT NULL,
        statement text NOT NULL,
        kid text NOT NULL,
        signature text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE admin.audit_hold (
        number bigint PRIMARY KEY,
        day date NOT NULL,
        held boolean NOT NULL,
        reason text NOT NULL,
        changed_by uuid NOT NULL,
        changed_at timestamptz NOT NULL
      )`);
    await giveIntoKeeping(runner, { schema: 'admin', table: 'audit_entry', dayColumn: 'day', leastDays: 2190 });
    await giveIntoKeeping(runner, { schema: 'admin', table: 'audit_checkpoint', dayColumn: 'day' });
    await giveIntoKeeping(runner, { schema: 'admin', table: 'audit_hold', dayColumn: 'day' });
    await this.createOwnTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }

  private async createEntries(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin.audit_entry (
        sequence bigint PRIMARY KEY,
        day date NOT NULL,
        position integer NOT NULL,
        received_at timestamptz NOT NULL,
        previous text NOT NULL,
        hash text NOT NULL,
        record text NOT NULL,
        audit_id uuid NOT NULL UNIQUE,
        occurred_at timestamptz NOT NULL,
        service text NOT NULL,
        action text NOT NULL,
        kind text,
        outcome text NOT NULL,
        actor_user_id uuid,
        request_id text NOT NULL,
        object_ids text[] NOT NULL,
        producer_run uuid,
        producer_number bigint
      )`);
    await runner.query('CREATE INDEX audit_entry_occurred ON admin.audit_entry (occurred_at DESC)');
    await runner.query('CREATE INDEX audit_entry_actor ON admin.audit_entry (actor_user_id, occurred_at DESC) WHERE actor_user_id IS NOT NULL');
    await runner.query('CREATE INDEX audit_entry_action ON admin.audit_entry (action, occurred_at DESC)');
    await runner.query('CREATE INDEX audit_entry_request ON admin.audit_entry (request_id)');
    await runner.query('CREATE INDEX audit_entry_objects ON admin.audit_entry USING gin (object_ids)');
    await runner.query('CREATE INDEX audit_entry_producer ON admin.audit_entry (producer_run, producer_number) WHERE producer_run IS NOT NULL');
  }

  private async createOwnTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin.audit_key (
        kid text PRIMARY KEY,
        public_key text NOT NULL,
        private_key text NOT NULL,
        sealed boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz
      )`);
    await runner.query(`
      CREATE TABLE admin.audit_verification (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        report jsonb NOT NULL
      )`);
    await runner.query('CREATE INDEX audit_verification_finished ON admin.audit_verification (finished_at DESC)');
  }
}
