import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE auth.federated_identity (
    identity_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    provider_id text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    made_account boolean NOT NULL,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT federated_identity_subject UNIQUE (issuer, subject)
  )`,
  'CREATE INDEX federated_identity_user ON auth.federated_identity (user_id)',
  `CREATE TABLE auth.provider_attempt (
    ticket_hash bytea PRIMARY KEY,
    state_hash bytea NOT NULL,
    provider_id text NOT NULL,
    session_id uuid REFERENCES auth.session ON DELETE CASCADE,
    station text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX provider_attempt_expiry ON auth.provider_attempt (expires_at)',
  `CREATE TABLE auth.seen_logout_token (
    token_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
  )`,
  'ALTER TABLE auth.session ADD COLUMN identity_id uuid, ADD COLUMN provider_session text',
  'CREATE INDEX session_identity ON auth.session (identity_id) WHERE ended_at IS NULL AND identity_id IS NOT NULL',
  'ALTER TABLE auth.factor_challenge ADD COLUMN identity_id uuid, ADD COLUMN provider_session text',
];

/** Why: people sign in through identity providers, link those identities to accounts, and are signed out when the provider says so. */
export class AddIdentities1764600000000 implements MigrationInterface {
  readonly name = 'AddIdentities1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
