import type { EmergencyReview } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One emergency access, kept for its review and as evidence. */
@Entity({ name: 'emergency' })
export class Emergency {
  @PrimaryColumn({ name: 'emergency_id', type: 'uuid' })
  emergencyId!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'collection_id', type: 'uuid' })
  collectionId!: string;

  @Column({ type: 'text' })
  reason!: string;

  /** As it was typed, sealed. */
  @Column({ type: 'text', nullable: true })
  patient!: string | null;

  @Column({ name: 'patient_pseudonym', type: 'text', nullable: true })
  patientPseudonym!: string | null;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  @Column({ name: 'ends_at', type: 'timestamptz' })
  endsAt!: Date;

  /** When letters to those who watch over it were on their way. */
  @Column({ name: 'announced_at', type: 'timestamptz', nullable: true })
  announcedAt!: Date | null;

  /** When the officers were last told that its review is overdue. */
  @Column({ name: 'reminded_at', type: 'timestamptz', nullable: true })
  remindedAt!: Date | null;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  reviewedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  verdict!: EmergencyReview['verdict'] | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
