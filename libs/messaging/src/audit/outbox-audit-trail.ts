import { admin, type AuditRecord, type ServiceName } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import type { Outbox } from '../outbox/outbox.js';
import { AuditTrail } from './audit-trail.js';

interface OutboxOfService {
  readonly outbox: Outbox;
  /** Outside any transaction: the record stays whatever became of the call's own. */
  readonly manager: EntityManager;
}

/** The trail of a service with a database: the record is a row of its outbox, and admin hears of it from there. */
export class OutboxAuditTrail extends AuditTrail {
  constructor(private readonly own: OutboxOfService, private readonly service: ServiceName) {
    super();
  }

  async record(entry: AuditRecord): Promise<void> {
    const call = Call.asService(this.service).with({ requestId: entry.requestId });
    await this.own.outbox.publish(this.own.manager, admin.auditRecorded, entry, call);
  }
}
