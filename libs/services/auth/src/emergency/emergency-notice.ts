import { Injectable, Logger } from '@nestjs/common';
import { metrics } from '@opentelemetry/api';
import type { Emergency } from './emergency.entity.js';

/** Tells those who watch over privacy that somebody has opened something for themselves. */
@Injectable()
export class EmergencyNotice {
  private readonly logger = new Logger(EmergencyNotice.name);
  private readonly count = metrics.getMeter('voiceassist.auth').createCounter('emergency_access_opened', { description: 'Emergency accesses opened; every one has to be reviewed.' });

  async opened({ emergencyId }: Pick<Emergency, 'emergencyId'>): Promise<void> {
    this.count.add(1);
    this.logger.warn('emergency access opened', { emergencyId });
  }
}
