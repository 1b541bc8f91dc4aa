import type { LinkKind } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A link that somebody was, or is to be, given; its secret exists only where it was sent or shown. */
@Entity({ name: 'link' })
export class Link {
  @PrimaryColumn({ name: 'link_id', type: 'uuid' })
  linkId!: string;

  @Column({ type: 'text' })
  kind!: LinkKind;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Until then a secret can be issued. */
  @Column({ name: 'pending_until', type: 'timestamptz' })
  pendingUntil!: Date;

  /** Of the last secret that was issued. */
  @Column({ name: 'token_hash', type: 'bytea', nullable: true })
  tokenHash!: Buffer | null;

  @Column({ name: 'token_expires_at', type: 'timestamptz', nullable: true })
  tokenExpiresAt!: Date | null;

  /** A mail server took it: whoever uses it reads that mailbox. */
  @Column({ type: 'boolean', default: false })
  mailed!: boolean;

  /** When the last secret was mailed, or shown to an administrator. */
  @Column({ name: 'handed_over_at', type: 'timestamptz', nullable: true })
  handedOverAt!: Date | null;
}
