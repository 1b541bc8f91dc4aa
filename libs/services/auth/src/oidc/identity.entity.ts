import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account at an identity provider that opens an account here. */
@Entity({ name: 'federated_identity' })
export class FederatedIdentity {
  @PrimaryColumn({ name: 'identity_id', type: 'uuid' })
  identityId!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'provider_id', type: 'text' })
  providerId!: string;

  @Column({ type: 'text' })
  issuer!: string;

  /** What the provider calls the person; with the issuer it never means anybody else. */
  @Column({ type: 'text' })
  subject!: string;

  /** The account was made for this identity: nobody has chosen a password for it unless one was chosen since. */
  @Column({ name: 'made_account', type: 'boolean' })
  madeAccount!: boolean;

  @Column({ name: 'linked_at', type: 'timestamptz' })
  linkedAt!: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;
}
