import type { Actor } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'audit_record' })
export class AuditRecordEntity {
  @PrimaryColumn({ type: 'bigint', insert: false })
  sequence!: string;

  @Column({ name: 'audit_id', type: 'uuid' })
  auditId!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ type: 'text' })
  service!: string;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'jsonb' })
  actor!: Actor;

  @Column({ name: 'actor_user_id', type: 'uuid', nullable: true })
  actorUserId!: string | null;

  @Column({ name: 'request_id', type: 'text' })
  requestId!: string;

  @Column({ type: 'text' })
  outcome!: string;

  @Column({ type: 'jsonb' })
  subjects!: Record<string, string>;

  @Column({ name: 'duration_ms', type: 'double precision' })
  durationMs!: number;
}
