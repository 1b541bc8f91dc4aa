import { admin } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { blobsPart, masterKeysPart, sqlPart } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { AuditConfig } from './admin.config.js';
import { AuditClock } from './audit-clock.service.js';
import { AuditHandlers } from './audit/audit.handlers.js';
import { LedgerHandlers } from './ledger/ledger.handlers.js';
import { AuditSearch } from './audit/audit-search.repository.js';
import { CheckpointCopies } from './checkpoints/checkpoint-copies.js';
import { CheckpointKeys } from './checkpoints/checkpoint-keys.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { AuditExports } from './export/audit-exports.service.js';
import { EarlierRecords } from './ledger/earlier-records.service.js';
import { LaidAsideRecords } from './ledger/laid-aside-records.service.js';
import { LedgerOverview } from './ledger/ledger-overview.service.js';
import { LedgerMetrics } from './ledger/ledger.metrics.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { LedgerTables } from './ledger/ledger-tables.js';
import { CreateAuditRecords1764000100000 } from './migrations/1764000100000-create-audit-records.js';
import { CreateAuditLedger1764300000000 } from './migrations/1764300000000-create-audit-ledger.js';
import { CreateAuditSealKeys1764500000000 } from './migrations/1764500000000-create-audit-seal-keys.js';
import { PanelHandlers } from './panel/panel.handlers.js';
import { Panel } from './panel/panel.service.js';
import { LegalHolds } from './retention/legal-holds.service.js';
import { Retention } from './retention/retention.service.js';
import { LedgerSeal } from './sealing/ledger-seal.js';
import { SealKeys } from './sealing/seal-keys.repository.js';
import { ledgerHealthPart } from './verification/ledger-health.js';
import { Verifications } from './verification/verifications.service.js';

/** Keeps the audit: takes what every service records, chains it, vouches for it, finds it again. */
@ServiceModule({
  name: 'admin',
  configs: [AuditConfig],
  uses: [
    sqlPart({ schema: 'admin', entities: [], migrations: [...messagingMigrations, CreateAuditRecords1764000100000, CreateAuditLedger1764300000000, CreateAuditSealKeys1764500000000] }),
    blobsPart(),
    masterKeysPart(),
    ledgerHealthPart(),
    busPart(admin.$service),
    outboxPart(admin.$service),
  ],
  controllers: [AuditHandlers, LedgerHandlers, PanelHandlers],
  providers: [
    { provide: LedgerTables, inject: [DataSource], useFactory: (database: DataSource) => LedgerTables.find(database) },
    SealKeys, LedgerSeal, LedgerRepository, LedgerMetrics, EarlierRecords, LaidAsideRecords, AuditSearch, AuditExports, CheckpointKeys, CheckpointCopies, Checkpoints,
    Verifications, LegalHolds, Retention, LedgerOverview, AuditClock, Panel,
  ],
})
export class AdminModule {}
