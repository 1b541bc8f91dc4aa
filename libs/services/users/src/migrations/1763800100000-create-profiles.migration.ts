import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: people, their roles and whether they are active. */
export class CreateProfiles1763800100000 implements MigrationInterface {
  readonly name = 'CreateProfiles1763800100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users.profile (
        user_id uuid PRIMARY KEY,
        email text NOT NULL,
        email_key text NOT NULL CONSTRAINT profile_email_key UNIQUE,
        display_name text NOT NULL,
        roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['admin', 'clinician', 'viewer']),
        active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`CREATE INDEX profile_order ON users.profile (created_at, user_id)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
