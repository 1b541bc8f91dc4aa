import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `ALTER TABLE auth.session
    ADD COLUMN station text NOT NULL DEFAULT 'own' CHECK (station IN ('own', 'shared')),
    ADD COLUMN device text`,
  // lets the sweeper find idle sessions without reading the live ones
  'CREATE INDEX session_live_refreshed ON auth.session (refreshed_at) WHERE ended_at IS NULL',
  'ALTER TABLE auth.refresh_token ADD COLUMN successor_salt bytea',
];

/** Why: shared stations idle out sooner, people see on which devices they are signed in, and a lost renewal can be repeated. */
export class ExtendSessions1764000000000 implements MigrationInterface {
  readonly name = 'ExtendSessions1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
