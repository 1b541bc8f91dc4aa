import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: an emergency is about a patient, whom the officer must know and the audit must not; and a review that nobody gives has to be asked for. */
export class NamePatientsOfEmergencies1765200000000 implements MigrationInterface {
  readonly name = 'NamePatientsOfEmergencies1765200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE auth.emergency ADD COLUMN patient text, ADD COLUMN patient_pseudonym text, ADD COLUMN reminded_at timestamptz');
    await queryRunner.query('CREATE INDEX emergency_unreviewed ON auth.emergency (ends_at) WHERE reviewed_at IS NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
