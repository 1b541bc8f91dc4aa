import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A refresh token, kept only as its hash; used ones stay as long as their session, so that reuse is recognised. */
@Entity({ name: 'refresh_token' })
export class RefreshToken {
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;

  /** Makes the token that followed out of this one, for as long as that one is unused. */
  @Column({ name: 'successor_salt', type: 'bytea', nullable: true })
  successorSalt!: Buffer | null;
}
