import { Controller } from '@nestjs/common';
import { admin, paginationOf, type ParsedInputOf } from '@voiceassist/contracts';
import { type Call } from '@voiceassist/kit';
import { Handles, noteForAudit } from '@voiceassist/messaging';
import { AuditExports } from '../export/audit-exports.service.js';
import { LedgerOverview } from '../ledger/ledger-overview.service.js';
import { LegalHolds } from '../retention/legal-holds.service.js';
import { Verifications } from '../verification/verifications.service.js';
import { AuditSearch } from './audit-search.repository.js';

@Controller()
export class AuditHandlers {
  constructor(
    private readonly searches: AuditSearch,
    private readonly exports: AuditExports,
    private readonly verifications: Verifications,
    private readonly overview: LedgerOverview,
    private readonly holds: LegalHolds,
  ) {}

  @Handles(admin.searchAudit)
  async search({ page, pageSize, ...filter }: ParsedInputOf<typeof admin.searchAudit>) {
    const { records, total } = await this.searches.search(filter, { page, pageSize });
    return { items: records, pagination: paginationOf({ page, pageSize }, total) };
  }

  @Handles(admin.exportAudit)
  export({ format, ...filter }: ParsedInputOf<typeof admin.exportAudit>) {
    return this.exports.make(format, filter);
  }

  @Handles(admin.verifyAudit)
  verify() {
    return this.verifications.steps();
  }

  @Handles(admin.readAuditState)
  readState() {
    return this.overview.read();
  }

  @Handles(admin.holdAudit)
  async hold(change: ParsedInputOf<typeof admin.holdAudit>, call: Call) {
    const { before, now } = await this.holds.change(change, call.user.userId);
    noteForAudit(call, { change: { before, after: now.hash } });
    return now.hold;
  }
}
