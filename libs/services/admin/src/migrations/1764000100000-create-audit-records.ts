import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit needs a place of its own where rows can be added and read, but neither changed nor removed. */
export class CreateAuditRecords1764000100000 implements MigrationInterface {
  readonly name = 'CreateAuditRecords1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_record (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        audit_id uuid NOT NULL UNIQUE,
        occurred_at timestamptz NOT NULL,
        service text NOT NULL,
        action text NOT NULL,
        actor jsonb NOT NULL,
        actor_user_id uuid,
        request_id text NOT NULL,
        outcome text NOT NULL,
        subjects jsonb NOT NULL,
        duration_ms double precision NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX audit_record_occurred ON audit_record (occurred_at DESC)');
    await runner.query('CREATE INDEX audit_record_actor ON audit_record (actor_user_id, occurred_at DESC)');
    await runner.query('CREATE INDEX audit_record_action ON audit_record (action, occurred_at DESC)');
    await runner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'audit records can be neither changed nor removed'; END $$`);
    await runner.query('CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE ON audit_record FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()');
    await runner.query('CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()');
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward.');
  }
}
