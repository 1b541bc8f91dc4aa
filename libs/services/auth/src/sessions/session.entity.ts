import type { Station } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type EndReason = 'logout' | 'ended-by-owner' | 'logout-all' | 'access-changed' | 'password-changed' | 'factors-changed' | 'refresh-token-reused' | 'user-inactive' | 'expired' | 'provider-logout' | 'identity-unlinked';

/** The identity at a provider that opened a session, and the session there. */
export interface OpenedBy {
  readonly identityId: string;
  readonly providerSession?: string;
}

/** One signed-in browser or device: a family of refresh tokens of which at most one can still be traded. */
@Entity({ name: 'session' })
export class Session {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'refreshed_at', type: 'timestamptz' })
  refreshedAt!: Date;

  @Column({ name: 'absolute_expires_at', type: 'timestamptz' })
  absoluteExpiresAt!: Date;

  @Column({ type: 'text', default: 'own' })
  station!: Station;

  /** Browser and system in few words. */
  @Column({ type: 'text', nullable: true })
  device!: string | null;

  /** When a second factor was last shown. */
  @Column({ name: 'factor_at', type: 'timestamptz', nullable: true })
  factorAt!: Date | null;

  @Column({ name: 'identity_id', type: 'uuid', nullable: true })
  identityId!: string | null;

  @Column({ name: 'provider_session', type: 'text', nullable: true })
  providerSession!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'end_reason', type: 'text', nullable: true })
  endReason!: EndReason | null;
}
