import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: guessing at many accounts from one address is slowed down too, across replicas and without Redis. */
export class AddAddressAttempts1764000100000 implements MigrationInterface {
  readonly name = 'AddAddressAttempts1764000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE auth.address_attempt (
      address_hash bytea PRIMARY KEY,
      level double precision NOT NULL,
      at timestamptz NOT NULL
    )`);
    await queryRunner.query('CREATE INDEX address_attempt_at ON auth.address_attempt (at)');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
