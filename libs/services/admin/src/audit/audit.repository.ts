import { Injectable } from '@nestjs/common';
import type { AuditRecord, PageQuery } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditRecordEntity } from './audit-record.entity.js';

export interface AuditFilter extends PageQuery {
  readonly action?: string;
  readonly actorUserId?: string;
  readonly from?: string;
  readonly to?: string;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: DataSource) {}

  /** Adds a record; the same `auditId` twice leaves one row. */
  async append(record: AuditRecord, manager: EntityManager = this.database.manager): Promise<void> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(AuditRecordEntity)
      .values({ ...record, occurredAt: new Date(record.occurredAt), actorUserId: record.actor.type === 'user' ? record.actor.userId : null })
      .orIgnore()
      .execute();
  }

  /** Newest first. */
  async search(filter: AuditFilter): Promise<{ records: AuditRecord[]; total: number }> {
    const query = this.database.getRepository(AuditRecordEntity).createQueryBuilder('record').orderBy('record.sequence', 'DESC');
    if (filter.action) query.andWhere('record.action = :action', { action: filter.action });
    if (filter.actorUserId) query.andWhere('record.actorUserId = :actorUserId', { actorUserId: filter.actorUserId });
    if (filter.from) query.andWhere('record.occurredAt >= :from', { from: filter.from });
    if (filter.to) query.andWhere('record.occurredAt < :to', { to: filter.to });
    const [rows, total] = await query.skip((filter.page - 1) * filter.pageSize).take(filter.pageSize).getManyAndCount();
    return { records: rows.map(toRecord), total };
  }

  count(): Promise<number> {
    return this.database.getRepository(AuditRecordEntity).count();
  }
}

function toRecord({ auditId, occurredAt, service, action, actor, requestId, outcome, subjects, durationMs }: AuditRecordEntity): AuditRecord {
  return { auditId, occurredAt: occurredAt.toISOString(), service, action, actor, requestId, outcome, subjects, durationMs };
}
