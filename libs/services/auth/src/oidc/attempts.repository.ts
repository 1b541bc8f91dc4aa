import { Injectable } from '@nestjs/common';
import type { Station } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import { hashOfSecret } from './attempt-secrets.js';

/** A sign-in or a linking that has gone to a provider and is to come back. */
export interface ProviderAttempt {
  readonly providerId: string;
  /** Of the session that links an identity; none for a sign-in. */
  readonly sessionId?: string;
  readonly station: Station;
}

export interface AttemptSecrets {
  readonly ticket: string;
  readonly state: string;
}

interface Row {
  readonly state_hash: Buffer;
  readonly provider_id: string;
  readonly session_id: string | null;
  readonly station: Station;
}

const lifeSeconds = 600;

/** Kept as hashes, for ten minutes, and good once. */
@Injectable()
export class ProviderAttempts {
  constructor(private readonly dataSource: DataSource) {}

  async keep({ ticket, state }: AttemptSecrets, { providerId, sessionId, station }: ProviderAttempt): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO auth.provider_attempt (ticket_hash, state_hash, provider_id, session_id, station, expires_at)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => ${lifeSeconds}))`,
      [hashOfSecret(ticket), hashOfSecret(state), providerId, sessionId ?? null, station],
    );
  }

  /** Uses the attempt up, whether state and provider are those it was begun with or not; null where they are not. */
  async use({ ticket, state }: AttemptSecrets, providerId: string): Promise<ProviderAttempt | null> {
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `DELETE FROM auth.provider_attempt WHERE ticket_hash = $1 AND expires_at > clock_timestamp()
       RETURNING state_hash, provider_id, session_id, station`,
      [hashOfSecret(ticket)],
    );
    const [row] = rows;
    if (!row || row.provider_id !== providerId || !hashOfSecret(state).equals(row.state_hash)) return null;
    return { providerId, sessionId: row.session_id ?? undefined, station: row.station };
  }

  /** False when this logout token was seen before. */
  async seeFirst(logoutToken: string, expiresAt: Date): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'INSERT INTO auth.seen_logout_token (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1', [hashOfSecret(logoutToken), expiresAt],
    );
    return rows.length === 1;
  }

  async forgetExpired(): Promise<void> {
    await this.dataSource.query('DELETE FROM auth.provider_attempt WHERE expires_at < clock_timestamp()');
    await this.dataSource.query('DELETE FROM auth.seen_logout_token WHERE expires_at < clock_timestamp()');
  }
}
