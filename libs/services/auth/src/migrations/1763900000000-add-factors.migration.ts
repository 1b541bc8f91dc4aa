import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE auth.factor (
    factor_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('totp', 'passkey')),
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_used_at timestamptz,
    secret text,
    last_step bigint,
    credential_id text CONSTRAINT factor_credential_id UNIQUE,
    public_key bytea,
    counter bigint,
    transports text[],
    backed_up boolean
  )`,
  'CREATE INDEX factor_user ON auth.factor (user_id)',
  // one authenticator app per person: a code could otherwise be good for two of them
  `CREATE UNIQUE INDEX factor_one_totp ON auth.factor (user_id) WHERE kind = 'totp' AND confirmed_at IS NOT NULL`,
  `CREATE TABLE auth.recovery_code (
    user_id uuid NOT NULL REFERENCES auth.account ON DELETE CASCADE,
    locator text NOT NULL,
    code_hash text NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, locator)
  )`,
  `CREATE TABLE auth.factor_challenge (
    challenge_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('sign-in', 'passkey-sign-in', 'step-up', 'add-passkey')),
    user_id uuid REFERENCES auth.account ON DELETE CASCADE,
    session_id uuid REFERENCES auth.session ON DELETE CASCADE,
    access_epoch integer,
    station text,
    nonce text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX factor_challenge_expiry ON auth.factor_challenge (expires_at)',
  'ALTER TABLE auth.session ADD COLUMN factor_at timestamptz',
];

/** Why: second factors (authenticator apps, passkeys, recovery codes), the challenges that ask for one, and when a session last saw one. */
export class AddFactors1763900000000 implements MigrationInterface {
  readonly name = 'AddFactors1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
