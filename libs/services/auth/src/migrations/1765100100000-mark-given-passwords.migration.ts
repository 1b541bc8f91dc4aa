import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: a first password that somebody else chose must be replaced at the first sign-in. */
export class MarkGivenPasswords1765100100000 implements MigrationInterface {
  readonly name = 'MarkGivenPasswords1765100100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE auth.account ADD COLUMN password_given boolean NOT NULL DEFAULT false');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
