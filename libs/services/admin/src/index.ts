export { AdminModule } from './admin.module.js';
export { verifyStoredAudit, type StoredAudit } from './verification/verify-stored-audit.js';
export { auditFile, type AuditFormat } from './export/audit-file.js';
