import { Injectable, Logger } from '@nestjs/common';
import { metricsOf, type Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { Notices } from '../mail/notices.js';
import { People } from '../people/people.js';
import type { Emergency } from './emergency.entity.js';

const opened = metricsOf('auth').counter({ name: 'emergency_access_opened_total', description: 'Emergency accesses opened; every one has to be reviewed.' });

/** Tells those who watch over privacy that somebody has opened something: by mail, by a line in the log and by a metric. */
@Injectable()
export class EmergencyNotice {
  private readonly logger = new Logger(EmergencyNotice.name);

  constructor(
    private readonly notices: Notices,
    private readonly people: People,
  ) {}

  /** Who is to be told: privacy officers, administrators where there are none. An emergency does not wait for an answer that does not come. */
  async recipients(call: Call): Promise<string[]> {
    try {
      const officers = await this.people.holdersOf('privacy_officer', call);
      return officers.length > 0 ? officers : await this.people.holdersOf('admin', call);
    } catch (error) {
      this.logger.error('nobody can be told of an emergency access by mail', { err: error });
      return [];
    }
  }

  /** Part of the transaction that opens it. */
  async write(manager: EntityManager, recipients: readonly string[]): Promise<void> {
    for (const userId of recipients) await this.notices.emergencyOpened(manager, userId);
  }

  opened({ emergencyId }: Pick<Emergency, 'emergencyId'>): void {
    opened.add(1);
    this.logger.warn('emergency access opened', { emergencyId });
  }
}
