import { randomUUID } from 'node:crypto';
import { auditEventOf, type AuditRecord, type ServiceName } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import type { DataSource, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import type { Outbox } from '../outbox/outbox.js';
import { AuditTrail } from './audit-trail.js';
import { interrupted, presentAct, type AuditedAct } from './audited-act.js';

interface OutboxOfService {
  readonly outbox: Outbox;
  readonly dataSource: DataSource;
}

/** How much longer than the call itself its row waits for an outcome. */
const graceMs = 5_000;
const longestHoldMs = 3_600_000;

/**
 * The trail of a service with a database. The first transaction an act commits takes the act's row with it, as
 * `INTERRUPTED` and held back; the end of the act gives it its outcome and lets it go to admin. Acts without a transaction
 * (reads, refusals) get their row at their end, before the answer leaves.
 */
export class OutboxAuditTrail extends AuditTrail implements EntitySubscriberInterface {
  constructor(private readonly own: OutboxOfService, private readonly service: ServiceName) {
    super();
    own.dataSource.subscribers.push(this);
  }

  async record(entry: AuditRecord, act?: AuditedAct): Promise<void> {
    const { outbox, dataSource } = this.own;
    const state = act?.held ? await outbox.settle(act.held.event, entry) : 'gone';
    if (state === 'settled') return;
    // told as interrupted because the act took longer than it said: what became of it is a row of its own
    const record = state === 'told' ? { ...entry, auditId: randomUUID(), producer: undefined } : entry;
    await outbox.publish(dataSource.manager, auditEventOf(this.service), record, this.callFor(record));
  }

  async beforeTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): Promise<void> {
    const act = presentAct.getStore();
    if (!act || act.ended || act.held || isNested(queryRunner)) return;
    const record = act.record(interrupted);
    const holdMs = Math.min(Math.max(act.call.remainingMs, 0) + graceMs, longestHoldMs);
    const event = await this.own.outbox.hold(queryRunner.manager, { contract: auditEventOf(this.service), payload: record, call: this.callFor(record), holdMs });
    act.held = { event, queryRunner };
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    const act = presentAct.getStore();
    if (act?.held?.queryRunner === queryRunner && !act.ended) act.held = undefined;
  }

  private callFor({ requestId }: AuditRecord): Call {
    return Call.asService(this.service).with({ requestId });
  }
}

/** A savepoint is not a commit: what it keeps may still be rolled back. */
function isNested(queryRunner: QueryRunner): boolean {
  return (queryRunner as unknown as { transactionDepth: number }).transactionDepth > 1; // TypeORM keeps it protected
}
