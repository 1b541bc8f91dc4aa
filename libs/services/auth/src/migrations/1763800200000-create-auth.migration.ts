import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE auth.account (
    user_id uuid PRIMARY KEY,
    email_key text NOT NULL CONSTRAINT account_email_key UNIQUE,
    password_hash text,
    claim uuid,
    claimed_until timestamptz,
    access_epoch integer NOT NULL DEFAULT 0,
    password_changed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE auth.session (
    session_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    absolute_expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text
  )`,
  'CREATE INDEX session_live ON auth.session (user_id) WHERE ended_at IS NULL',
  'CREATE INDEX session_expiry ON auth.session (absolute_expires_at)',
  `CREATE TABLE auth.refresh_token (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES auth.session ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    used_at timestamptz
  )`,
  // the family rule in the database itself: a session never has two tokens that can still be traded
  'CREATE UNIQUE INDEX refresh_token_one_unused ON auth.refresh_token (session_id) WHERE used_at IS NULL',
  'CREATE INDEX refresh_token_session ON auth.refresh_token (session_id)',
  `CREATE TABLE auth.revocation_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last bigint NOT NULL
  )`,
  'INSERT INTO auth.revocation_counter (last) VALUES (0)',
  `CREATE TABLE auth.revocation (
    sequence bigint PRIMARY KEY,
    session_id uuid NOT NULL,
    revoked_at timestamptz NOT NULL
  )`,
  `CREATE TABLE auth.signing_key (
    kid text PRIMARY KEY,
    public_jwk jsonb NOT NULL,
    private_key text NOT NULL,
    sealed boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz
  )`,
  'CREATE UNIQUE INDEX signing_key_one_active ON auth.signing_key ((true)) WHERE retired_at IS NULL',
  `CREATE TABLE auth.sign_in_attempt (
    email_hash bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
  )`,
  'CREATE INDEX sign_in_attempt_last ON auth.sign_in_attempt (last_at)',
];

/** Why: credentials, session families with their refresh tokens, revocations, signing keys and the throttle of failed sign-ins. */
export class CreateAuth1763800200000 implements MigrationInterface {
  readonly name = 'CreateAuth1763800200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
