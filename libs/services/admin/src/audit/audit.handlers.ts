import { Controller } from '@nestjs/common';
import { admin, type AuditRecord, paginationOf, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { type EventWork, Handles } from '@voiceassist/messaging';
import { AuditRepository } from './audit.repository.js';

@Controller()
export class AuditHandlers {
  constructor(private readonly records: AuditRepository) {}

  @Handles(admin.auditRecorded)
  async onRecorded(record: AuditRecord, _call: Call, work: EventWork): Promise<void> {
    await this.records.append(record, work.manager);
  }

  @Handles(admin.recordAudit)
  async record(record: AuditRecord) {
    await this.records.append(record);
    return {};
  }

  @Handles(admin.searchAudit)
  async search(filter: ParsedInputOf<typeof admin.searchAudit>) {
    const { records, total } = await this.records.search(filter);
    return { items: records, pagination: paginationOf(filter, total) };
  }
}
