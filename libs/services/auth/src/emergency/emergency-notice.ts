import { Injectable, Logger } from '@nestjs/common';
import { auth } from '@voiceassist/contracts';
import { Call, metricsOf } from '@voiceassist/kit';
import { Jobs } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { Notices } from '../mail/notices.js';
import { People } from '../people/people.js';
import { EmergenciesRepository } from './emergencies.repository.js';
import type { Emergency } from './emergency.entity.js';

const opened = metricsOf('auth').counter({ name: 'emergency_access_opened_total', description: 'Emergency accesses opened; every one has to be reviewed.' });

/** Tells those who watch over privacy that somebody has opened something: by mail, by a line in the log and by a metric. */
@Injectable()
export class EmergencyNotice {
  private readonly logger = new Logger(EmergencyNotice.name);

  constructor(
    private readonly notices: Notices,
    private readonly people: People,
    private readonly jobs: Jobs,
    private readonly emergencies: EmergenciesRepository,
  ) {}

  /** Part of the transaction that opens it: an emergency does not wait until somebody was found who is to be told. */
  async begin(manager: EntityManager, emergencyId: string): Promise<void> {
    await this.jobs.enqueue(manager, auth.announceEmergency, { emergencyId }, { key: emergencyId, call: Call.asService('auth') });
  }

  /** May be repeated; each emergency is announced once. Rejects while it cannot be found out whom to tell. */
  async announce(emergencyId: string, call: Call): Promise<void> {
    const recipients = await this.recipients(call);
    await this.emergencies.transaction(async (manager) => {
      if (!(await this.emergencies.noteAnnounced(manager, emergencyId))) return;
      for (const userId of recipients) await this.notices.emergencyOpened(manager, userId);
    });
  }

  /** Who is to be told: privacy officers, administrators where there are none. */
  async recipients(call: Call): Promise<string[]> {
    const officers = await this.people.holdersOf('privacy_officer', call);
    const recipients = officers.length > 0 ? officers : await this.people.holdersOf('admin', call);
    if (recipients.length === 0) throw new Error('there is nobody to be told of an emergency access');
    return recipients;
  }

  opened({ emergencyId }: Pick<Emergency, 'emergencyId'>): void {
    opened.add(1);
    this.logger.warn('emergency access opened', { emergencyId });
  }
}
