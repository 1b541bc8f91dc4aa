import type { Message } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'message' })
export class MessageRow {
  @PrimaryColumn({ name: 'message_id', type: 'uuid' })
  messageId!: string;

  @Column({ name: 'conversation_id', type: 'uuid' })
  conversationId!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** Order within the conversation; given by the database. */
  @Column({ type: 'bigint', insert: false, update: false })
  sequence!: string;

  @Column({ type: 'text' })
  role!: Message['role'];

  /** The client's id of the question; question and answer both carry it. */
  @Column({ name: 'client_message_id', type: 'text' })
  clientMessageId!: string;

  @Column({ type: 'text' })
  content!: string;

  @Column({ type: 'text' })
  state!: Message['state'];

  @Column({ type: 'text', nullable: true })
  verdict!: Message['verdict'];

  @Column({ type: 'jsonb', nullable: true })
  usage!: Message['usage'];

  @Column({ type: 'jsonb', nullable: true })
  timings!: Message['timings'];

  @Column({ type: 'jsonb', nullable: true })
  failure!: Message['failure'];

  /** Which attempt writes the answer; a later attempt shuts out an earlier one. */
  @Column({ name: 'run_id', type: 'uuid', nullable: true })
  runId!: string | null;

  /** An answer whose writer has not renewed this is no longer being written. */
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
