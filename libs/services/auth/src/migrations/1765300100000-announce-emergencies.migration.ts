import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: an emergency access is told of until somebody was found to tell; those of before were told of, or it is too late. */
export class AnnounceEmergencies1765300100000 implements MigrationInterface {
  readonly name = 'AnnounceEmergencies1765300100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE auth.emergency ADD COLUMN announced_at timestamptz');
    await queryRunner.query('UPDATE auth.emergency SET announced_at = opened_at');
    await queryRunner.query('CREATE INDEX emergency_unannounced ON auth.emergency (opened_at) WHERE announced_at IS NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
