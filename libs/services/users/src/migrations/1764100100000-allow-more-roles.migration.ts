import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: privacy officers, nurses, researchers and service accounts came to the three roles of the first cut. */
export class AllowMoreRoles1764100100000 implements MigrationInterface {
  readonly name = 'AllowMoreRoles1764100100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE users.profile DROP CONSTRAINT profile_roles_check');
    await queryRunner.query(`
      ALTER TABLE users.profile ADD CONSTRAINT profile_roles_check CHECK (cardinality(roles) > 0 AND roles <@
        ARRAY['admin', 'privacy_officer', 'clinician', 'nurse', 'researcher', 'viewer', 'service'])`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
