import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: emergency access lasts an hour, belongs to one session, and has to be reviewed however long ago it was. */
export class AddEmergencies1764100000000 implements MigrationInterface {
  readonly name = 'AddEmergencies1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE auth.emergency (
      emergency_id uuid PRIMARY KEY,
      user_id uuid NOT NULL,
      session_id uuid NOT NULL,
      collection_id uuid NOT NULL,
      reason text NOT NULL,
      opened_at timestamptz NOT NULL,
      ends_at timestamptz NOT NULL,
      reviewed_by uuid,
      reviewed_at timestamptz,
      verdict text CHECK (verdict IN ('justified', 'not-justified')),
      note text
    )`);
    await queryRunner.query('CREATE INDEX emergency_session ON auth.emergency (session_id, ends_at)');
    await queryRunner.query('CREATE INDEX emergency_review ON auth.emergency ((reviewed_at IS NOT NULL), opened_at)');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
