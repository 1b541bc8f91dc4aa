import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Call, metricsOf, observeMetrics } from '@voiceassist/kit';
import { AuthConfig } from '../auth.config.js';
import { Notices } from '../mail/notices.js';
import { EmergenciesRepository } from './emergencies.repository.js';
import { EmergencyNotice } from './emergency-notice.js';

const dayMs = 86_400_000;
const keptMs = 10_000;
const overdueReviews = metricsOf('auth').gauge({ name: 'emergency_reviews_overdue', description: 'Emergency accesses whose review is overdue.' });

/** Asks for reviews that nobody has given in time: by mail once a day, and by a metric. What could not be announced is announced then. */
@Injectable()
export class EmergencyReminders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stop: () => void = () => undefined;

  constructor(
    private readonly config: AuthConfig,
    private readonly emergencies: EmergenciesRepository,
    private readonly notice: EmergencyNotice,
    private readonly notices: Notices,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = observeMetrics({ of: [overdueReviews], keptMs, read: async (see) => see(overdueReviews, await this.emergencies.countOverdue(this.overdueAt(new Date()))) });
  }

  beforeApplicationShutdown(): void {
    this.stop();
  }

  /** May be asked at any time and by every replica; each overdue review is told of once a day. */
  async remind(now = new Date()): Promise<void> {
    for (const emergencyId of await this.emergencies.unannounced()) await this.emergencies.transaction((manager) => this.notice.begin(manager, emergencyId));
    const overdue = this.overdueAt(now);
    if ((await this.emergencies.countOverdue(overdue)) === 0) return;
    const recipients = await this.notice.recipients(Call.asService('auth'));
    await this.emergencies.transaction(async (manager) => {
      const reviews = await this.emergencies.takeForReminder(manager, { overdue, remindedBefore: new Date(now.getTime() - dayMs), now });
      if (reviews > 0) for (const userId of recipients) await this.notices.emergencyOverdue(manager, { userId, reviews });
    });
  }

  private overdueAt(now: Date): Date {
    return new Date(now.getTime() - this.config.EMERGENCY_REVIEW_DAYS * dayMs);
  }
}
