import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: a title that a person gave stays, one that was made of the file name gives way to the document's own; of old rows nobody knows. */
export class KeepGivenTitles1764200000000 implements MigrationInterface {
  readonly name = 'KeepGivenTitles1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE document ADD COLUMN title_given boolean NOT NULL DEFAULT true');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
