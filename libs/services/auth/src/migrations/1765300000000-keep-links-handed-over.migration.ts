import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: whoever asks for letters in somebody else's name must not end the link that this person was just handed. */
export class KeepLinksHandedOver1765300000000 implements MigrationInterface {
  readonly name = 'KeepLinksHandedOver1765300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE auth.link ADD COLUMN handed_over_at timestamptz');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
