import { Controller } from '@nestjs/common';
import { admin, type AuditRecord, type ServiceName } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import { type EventWork, Handles } from '@voiceassist/messaging';
import { noteReceipt } from './ledger.metrics.js';
import { LedgerRepository } from './ledger.repository.js';

/** Takes rows into the ledger: from each service, on the subject that the bus keeps for it, its own acts only. */
@Controller()
export class LedgerHandlers {
  constructor(private readonly ledger: LedgerRepository) {}

  /** Admin's own, and what a release before has told: the message says whose. */
  @Handles(admin.auditRecorded)
  told(record: AuditRecord, call: Call, work: EventWork) {
    return this.tell(serviceOf(call), record, work);
  }

  @Handles(admin.recordAudit)
  asked(record: AuditRecord, call: Call) {
    return this.take(serviceOf(call), record);
  }

  @Handles(admin.auditRecordedByAuth)
  toldByAuth(record: AuditRecord, _call: Call, work: EventWork) {
    return this.tell('auth', record, work);
  }

  @Handles(admin.auditRecordedByUsers)
  toldByUsers(record: AuditRecord, _call: Call, work: EventWork) {
    return this.tell('users', record, work);
  }

  @Handles(admin.auditRecordedByKbIndexer)
  toldByKbIndexer(record: AuditRecord, _call: Call, work: EventWork) {
    return this.tell('kb-indexer', record, work);
  }

  @Handles(admin.auditRecordedByRagOrchestrator)
  toldByRagOrchestrator(record: AuditRecord, _call: Call, work: EventWork) {
    return this.tell('rag-orchestrator', record, work);
  }

  @Handles(admin.recordAuditByGateway)
  askedByGateway(record: AuditRecord) {
    return this.take('gateway', record);
  }

  @Handles(admin.recordAuditByAuth)
  askedByAuth(record: AuditRecord) {
    return this.take('auth', record);
  }

  @Handles(admin.recordAuditByUsers)
  askedByUsers(record: AuditRecord) {
    return this.take('users', record);
  }

  @Handles(admin.recordAuditByKbIndexer)
  askedByKbIndexer(record: AuditRecord) {
    return this.take('kb-indexer', record);
  }

  @Handles(admin.recordAuditByRagOrchestrator)
  askedByRagOrchestrator(record: AuditRecord) {
    return this.take('rag-orchestrator', record);
  }

  @Handles(admin.recordAuditByRealtime)
  askedByRealtime(record: AuditRecord) {
    return this.take('realtime', record);
  }

  @Handles(admin.recordAuditByIntegrations)
  askedByIntegrations(record: AuditRecord) {
    return this.take('integrations', record);
  }

  private async tell(service: ServiceName | undefined, record: AuditRecord, { manager }: EventWork): Promise<void> {
    assertOwn(service, record);
    await this.ledger.append(record, manager);
    noteReceipt(record);
  }

  private async take(service: ServiceName | undefined, record: AuditRecord): Promise<Record<string, never>> {
    assertOwn(service, record);
    await this.ledger.append(record);
    noteReceipt(record);
    return {};
  }
}

function serviceOf({ actor }: Call): ServiceName | undefined {
  return actor.type === 'service' ? (actor.service as ServiceName) : undefined; // compared only
}

function assertOwn(service: ServiceName | undefined, record: AuditRecord): void {
  if (service === undefined || service !== record.service) throw commonFailure('FORBIDDEN', 'A service records its own acts only.');
}
