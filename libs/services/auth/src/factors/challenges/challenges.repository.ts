import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Station } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import type { OpenedBy } from '../../sessions/session.entity.js';

export type ChallengePurpose = 'sign-in' | 'passkey-sign-in' | 'step-up' | 'add-passkey';

/** For whom and what a challenge was made. */
export interface NewChallenge {
  readonly purpose: ChallengePurpose;
  readonly userId?: string;
  readonly sessionId?: string;
  /** Of the account when the password was checked. */
  readonly accessEpoch?: number;
  readonly station?: Station;
  /** The identity whose sign-in waits for the factor. */
  readonly openedBy?: OpenedBy;
}

export interface Challenge {
  readonly text: string;
  /** What a passkey signs; 256 random bits as base64url. */
  readonly nonce: string;
}

export interface TriedChallenge extends NewChallenge {
  readonly hash: Buffer;
  readonly nonce: string;
}

interface Row {
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly access_epoch: number | null;
  readonly station: Station | null;
  readonly identity_id: string | null;
  readonly provider_session: string | null;
  readonly nonce: string;
}

const prefix = 'vafc_';
const lifeSeconds = 300;
const mostTries = 5;

const hashOf = (text: string) => createHash('sha256').update(text).digest();

/** Invitations to show a second factor: opaque, for one person, for five minutes and five tries, kept as hashes. */
@Injectable()
export class ChallengesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async issue({ purpose, userId, sessionId, accessEpoch, station, openedBy }: NewChallenge): Promise<Challenge> {
    const text = prefix + randomBytes(32).toString('base64url');
    const nonce = randomBytes(32).toString('base64url');
    await this.dataSource.query(
      `INSERT INTO auth.factor_challenge (challenge_hash, purpose, user_id, session_id, access_epoch, station, nonce, identity_id, provider_session, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + make_interval(secs => ${lifeSeconds}))`,
      [hashOf(text), purpose, userId ?? null, sessionId ?? null, accessEpoch ?? null, station ?? null, nonce, openedBy?.identityId ?? null, openedBy?.providerSession ?? null],
    );
    return { text, nonce };
  }

  /** Counts a try before anything is checked, so that many at once cannot slip through; null when there are none left. */
  async try(text: string, purpose: ChallengePurpose): Promise<TriedChallenge | null> {
    const hash = hashOf(text);
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `UPDATE auth.factor_challenge SET tries = tries + 1
       WHERE challenge_hash = $1 AND purpose = $2 AND tries < ${mostTries} AND expires_at > clock_timestamp()
       RETURNING user_id, session_id, access_epoch, station, nonce, identity_id, provider_session`,
      [hash, purpose],
    );
    const [row] = rows;
    if (!row) return null;
    return {
      hash, purpose, nonce: row.nonce,
      userId: row.user_id ?? undefined, sessionId: row.session_id ?? undefined, accessEpoch: row.access_epoch ?? undefined,
      station: row.station ?? undefined,
      openedBy: row.identity_id === null ? undefined : { identityId: row.identity_id, providerSession: row.provider_session ?? undefined },
    };
  }

  /** True for exactly one of those who have met the challenge. */
  async redeem({ hash }: TriedChallenge): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>('DELETE FROM auth.factor_challenge WHERE challenge_hash = $1 RETURNING 1', [hash]);
    return rows.length === 1;
  }

  async forgetExpired(): Promise<void> {
    await this.dataSource.query('DELETE FROM auth.factor_challenge WHERE expires_at < clock_timestamp()');
  }
}
