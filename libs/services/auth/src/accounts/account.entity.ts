import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What somebody signs in with; without a password hash it is a reservation of the address by a creation under way. */
@Entity({ name: 'account' })
export class Account {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'email_key', type: 'text' })
  emailKey!: string;

  @Column({ name: 'password_hash', type: 'text', nullable: true })
  passwordHash!: string | null;

  /** The creation that holds the reservation. */
  @Column({ type: 'uuid', nullable: true })
  claim!: string | null;

  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  /** Moves with every change that ends sessions; a sign-in that began before such a change does not finish after it. */
  @Column({ name: 'access_epoch', type: 'integer', default: 0 })
  accessEpoch!: number;

  @Column({ name: 'password_changed_at', type: 'timestamptz', nullable: true })
  passwordChangedAt!: Date | null;

  /** The password has to be replaced: somebody else chose it and knows it, or it is too short to stand alone. */
  @Column({ name: 'password_given', type: 'boolean', default: false })
  passwordGiven!: boolean;

  /** When somebody showed that they read this address. */
  @Column({ name: 'email_verified_at', type: 'timestamptz', nullable: true })
  emailVerifiedAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
