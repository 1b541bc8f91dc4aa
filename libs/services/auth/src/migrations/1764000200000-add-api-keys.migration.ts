import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: programs act with keys of their own, limited and revocable, instead of with somebody's password. */
export class AddApiKeys1764000200000 implements MigrationInterface {
  readonly name = 'AddApiKeys1764000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE auth.api_key (
      key_id uuid PRIMARY KEY,
      prefix text NOT NULL CONSTRAINT api_key_prefix UNIQUE,
      secret_hash bytea NOT NULL,
      owner_id uuid NOT NULL,
      name text NOT NULL,
      permissions jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz,
      revoked_at timestamptz
    )`);
    await queryRunner.query('CREATE INDEX api_key_owner ON auth.api_key (owner_id) WHERE revoked_at IS NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
