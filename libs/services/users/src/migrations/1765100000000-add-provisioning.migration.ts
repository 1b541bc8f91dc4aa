import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: identity providers keep people and groups here (SCIM), under names and identifiers of their own. */
export class AddProvisioning1765100000000 implements MigrationInterface {
  readonly name = 'AddProvisioning1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users.scim_user (
        user_id uuid PRIMARY KEY REFERENCES users.profile ON DELETE CASCADE,
        user_name text NOT NULL,
        user_name_key text NOT NULL CONSTRAINT scim_user_name UNIQUE,
        external_id text,
        given_name text,
        family_name text,
        removed_at timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX scim_user_external ON users.scim_user (external_id)');
    await queryRunner.query(`
      CREATE TABLE users.scim_creation (
        user_name_key text PRIMARY KEY,
        email_key text NOT NULL,
        begun_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE users.scim_group (
        group_id uuid PRIMARY KEY,
        display_name text NOT NULL,
        display_name_key text NOT NULL CONSTRAINT scim_group_name UNIQUE,
        external_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE users.scim_member (
        group_id uuid NOT NULL REFERENCES users.scim_group ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users.profile ON DELETE CASCADE,
        PRIMARY KEY (group_id, user_id)
      )`);
    await queryRunner.query('CREATE INDEX scim_member_user ON users.scim_member (user_id)');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
