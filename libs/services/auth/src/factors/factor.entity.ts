import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A second factor: an authenticator app (`totp`) or a passkey. Until it is confirmed it serves for nothing. */
@Entity({ name: 'factor' })
export class Factor {
  @PrimaryColumn({ name: 'factor_id', type: 'uuid' })
  factorId!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ type: 'text' })
  kind!: 'totp' | 'passkey';

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  /** Of an authenticator app: the shared secret in base32, sealed when the installation has a key for that. */
  @Column({ type: 'text', nullable: true })
  secret!: string | null;

  /** Of an authenticator app: the time step whose code was accepted last; no code of it or an earlier one is accepted again. */
  @Column({ name: 'last_step', type: 'bigint', nullable: true })
  lastStep!: string | null;

  @Column({ name: 'credential_id', type: 'text', nullable: true })
  credentialId!: string | null;

  /** Of a passkey, in COSE form. */
  @Column({ name: 'public_key', type: 'bytea', nullable: true })
  publicKey!: Buffer | null;

  /** Of a passkey: signatures so far, zero for those that do not count. */
  @Column({ type: 'bigint', nullable: true })
  counter!: string | null;

  @Column({ type: 'text', array: true, nullable: true })
  transports!: string[] | null;

  /** Of a passkey: whether its owner's other devices have it too. */
  @Column({ name: 'backed_up', type: 'boolean', nullable: true })
  backedUp!: boolean | null;
}
