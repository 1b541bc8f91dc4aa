import { Injectable } from '@nestjs/common';
import type { EmergencyReview, PageQuery } from '@voiceassist/contracts';
import { DataSource, IsNull, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { RevocationsRepository } from '../revocations/revocations.repository.js';
import { Session } from '../sessions/session.entity.js';
import { Emergency } from './emergency.entity.js';

type NewEmergency = Omit<Emergency, 'reviewedBy' | 'reviewedAt' | 'announcedAt' | 'remindedAt' | 'verdict' | 'note'>;

@Injectable()
export class EmergenciesRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly revocations: RevocationsRepository,
  ) {}

  find(emergencyId: string): Promise<Emergency | null> {
    return this.dataSource.manager.findOneBy(Emergency, { emergencyId });
  }

  activeOf(sessionId: string, manager: EntityManager = this.dataSource.manager): Promise<Emergency | null> {
    return manager.findOneBy(Emergency, { sessionId, endsAt: MoreThan(new Date()) });
  }

  /** False when the session has one already; two attempts at once wait for each other at the session's row. What goes with it is written in the same transaction. */
  insert(emergency: NewEmergency, along: (manager: EntityManager) => Promise<void>): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await manager.findOne(Session, { where: { sessionId: emergency.sessionId }, lock: { mode: 'pessimistic_write' } });
      if (await this.activeOf(emergency.sessionId, manager)) return false;
      await manager.insert(Emergency, emergency);
      await along(manager);
      return true;
    });
  }

  /** Ends it now; tokens that carry it lose it within a second. False when it had ended already. */
  end(emergencyId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const now = new Date();
      const { affected } = await manager.update(Emergency, { emergencyId, endsAt: MoreThan(now) }, { endsAt: now });
      if (affected !== 1) return false;
      await this.revocations.add(manager, [emergencyId]);
      return true;
    });
  }

  /** False when somebody has reviewed it before. */
  review(emergencyId: string, { reviewedBy, reviewedAt, verdict, note }: Omit<EmergencyReview, 'reviewedAt'> & { reviewedAt: Date }): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager
        .createQueryBuilder().update(Emergency).set({ reviewedBy, reviewedAt, verdict, note })
        .where('emergency_id = :emergencyId AND reviewed_at IS NULL', { emergencyId }).execute();
      return affected === 1;
    });
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  countWaiting(): Promise<number> {
    return this.dataSource.manager.countBy(Emergency, { reviewedAt: IsNull() });
  }

  /** Those of which nobody was told yet. */
  async unannounced(): Promise<string[]> {
    return (await this.dataSource.manager.findBy(Emergency, { announcedAt: IsNull() })).map(({ emergencyId }) => emergencyId);
  }

  /** False when it was announced before. */
  async noteAnnounced(manager: EntityManager, emergencyId: string): Promise<boolean> {
    const { affected } = await manager.update(Emergency, { emergencyId, announcedAt: IsNull() }, { announcedAt: new Date() });
    return affected === 1;
  }

  /** How many ended before then and nobody has reviewed them; of one person, where one is named. */
  countOverdue(endedBefore: Date, userId?: string): Promise<number> {
    return this.dataSource.manager.countBy(Emergency, { endsAt: LessThan(endedBefore), reviewedAt: IsNull(), ...(userId !== undefined && { userId }) });
  }

  /** Marks as told those that were not told of lately; answers how many are overdue in all, or 0 when there is nothing to tell. */
  async takeForReminder(manager: EntityManager, { overdue, remindedBefore, now }: { overdue: Date; remindedBefore: Date; now: Date }): Promise<number> {
    const { affected } = await manager.createQueryBuilder().update(Emergency).set({ remindedAt: now })
      .where('ends_at < :overdue AND reviewed_at IS NULL AND (reminded_at IS NULL OR reminded_at <= :remindedBefore)', { overdue, remindedBefore }).execute();
    return affected ? manager.countBy(Emergency, { endsAt: LessThan(overdue), reviewedAt: IsNull() }) : 0;
  }

  async page({ page, pageSize }: PageQuery): Promise<{ items: Emergency[]; total: number }> {
    const [items, total] = await this.dataSource
      .getRepository(Emergency).createQueryBuilder('emergency')
      .orderBy('emergency.reviewedAt IS NOT NULL').addOrderBy('emergency.openedAt', 'ASC')
      .offset((page - 1) * pageSize).limit(pageSize).getManyAndCount();
    return { items, total };
  }
}
