import { auditRequestOf, type AuditRecord, type ServiceName } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import type { Bus } from '../bus/bus.js';
import { AuditTrail } from './audit-trail.js';

/** The trail of a service without a database: tells admin at once and waits until admin has it. */
export class BusAuditTrail extends AuditTrail {
  constructor(private readonly bus: Bus, private readonly service: ServiceName) {
    super();
  }

  async record(entry: AuditRecord): Promise<void> {
    await this.bus.request(auditRequestOf(this.service), entry, Call.asService(this.service, 5_000).with({ requestId: entry.requestId }));
  }
}
