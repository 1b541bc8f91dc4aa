import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE auth.link (
    link_id uuid PRIMARY KEY,
    kind text NOT NULL,
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    pending_until timestamptz NOT NULL,
    token_hash bytea CONSTRAINT link_token UNIQUE,
    token_expires_at timestamptz,
    mailed boolean NOT NULL DEFAULT false
  )`,
  'CREATE UNIQUE INDEX link_one_of_a_kind ON auth.link (user_id, kind)',
  `CREATE TABLE auth.known_device (
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    device text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device)
  )`,
  'ALTER TABLE auth.account ADD COLUMN email_verified_at timestamptz',
];

/** Why: invitations, new passwords and proofs of an address by links that work once, and notices of new devices. */
export class AddLinks1764000300000 implements MigrationInterface {
  readonly name = 'AddLinks1764000300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
