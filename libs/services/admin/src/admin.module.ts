import { admin } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { AuditRecordEntity } from './audit/audit-record.entity.js';
import { AuditHandlers } from './audit/audit.handlers.js';
import { AuditRepository } from './audit/audit.repository.js';
import { CreateAuditRecords1764000100000 } from './migrations/1764000100000-create-audit-records.js';
import { PanelHandlers } from './panel/panel.handlers.js';
import { Panel } from './panel/panel.service.js';

@ServiceModule({
  name: 'admin',
  uses: [
    sqlPart({ schema: 'admin', entities: [AuditRecordEntity], migrations: [...messagingMigrations, CreateAuditRecords1764000100000] }),
    busPart(admin.$service),
    outboxPart(admin.$service),
  ],
  controllers: [AuditHandlers, PanelHandlers],
  providers: [AuditRepository, Panel],
})
export class AdminModule {}
