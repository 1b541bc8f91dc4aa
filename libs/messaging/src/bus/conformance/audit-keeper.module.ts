import { Controller } from '@nestjs/common';
import { admin, service, type AuditRecord } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { Handles } from '../../handlers/handles.js';
import { busPart } from '../bus-part.js';
import { journal } from './journal.js';

/** As much of admin as the bus needs. */
const auditKeeper = service('admin', { recordAudit: admin.recordAuditByUsers });

@Controller()
class AuditKeeper {
  @Handles(auditKeeper.recordAudit)
  async recordAudit(record: AuditRecord) {
    if (journal.auditBroken) throw new Error('the ledger is closed');
    journal.keep(record);
    return {};
  }
}

@ServiceModule({ name: 'admin', uses: [busPart(auditKeeper.$service)], controllers: [AuditKeeper] })
export class AuditKeeperModule {}
