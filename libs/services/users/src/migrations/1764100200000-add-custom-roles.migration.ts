import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: an installation composes roles of its own from permissions. */
export class AddCustomRoles1764100200000 implements MigrationInterface {
  readonly name = 'AddCustomRoles1764100200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE users.custom_role (
      role_id uuid PRIMARY KEY,
      name text NOT NULL,
      description text NOT NULL,
      permissions text[] NOT NULL
    )`);
    await queryRunner.query('CREATE UNIQUE INDEX custom_role_name ON users.custom_role (lower(name))');
    await queryRunner.query(`ALTER TABLE users.profile ADD COLUMN custom_role_ids uuid[] NOT NULL DEFAULT '{}'`);
    await queryRunner.query('CREATE INDEX profile_custom_roles ON users.profile USING gin (custom_role_ids)');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
