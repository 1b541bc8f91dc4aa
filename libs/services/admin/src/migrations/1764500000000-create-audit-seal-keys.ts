import { giveIntoKeeping } from '@voiceassist/storage';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What audit records say is sealed; the keys are kept like the ledger, so that nobody erases a day by removing its key. */
export class CreateAuditSealKeys1764500000000 implements MigrationInterface {
  readonly name = 'CreateAuditSealKeys1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin.audit_seal_key (
        scope text NOT NULL,
        wrapping integer NOT NULL,
        last_day date NOT NULL,
        master_key_id text NOT NULL,
        wrapped bytea NOT NULL,
        made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (scope, wrapping)
      )`);
    await giveIntoKeeping(runner, { schema: 'admin', table: 'audit_seal_key', dayColumn: 'last_day', leastDays: 2190 });
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
