import { z } from 'zod';
import { request, stream } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { BlobDownload } from '../kernel/files.js';
import { Instant } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { LedgerState, LegalHold, VerificationStep } from './audit-ledger.js';
import { auditIntake } from './audit-intake.js';
import { AuditRecord } from './audit-record.js';

const count = z.int().nullable();

/** Which records: all conditions together. Times are those of the acts. */
const AuditFilter = z.object({
  action: z.string().max(100).optional(),
  service: z.string().max(40).optional(),
  actorUserId: z.uuid().optional(),
  /** A code; `ok`; or `failed` for everything but `ok`. */
  outcome: z.string().max(100).optional(),
  /** Any identifier in the record's subjects. */
  objectId: z.string().max(100).optional(),
  requestId: z.string().max(200).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});

export const admin = service('admin', {
  ...auditIntake,
  searchAudit: request({
    subject: 'va.v1.admin.rpc.audit.search',
    input: PageQuery.extend(AuditFilter.shape),
    output: pageOf(AuditRecord), access: 'audit.read', audit: 'admin.search-audit',
    http: { method: 'GET', path: '/api/admin/audit', list: true },
  }),
  /** The records found, oldest first, as one file: a line of JSON each, or a FHIR Bundle of AuditEvent. */
  exportAudit: request({
    subject: 'va.v1.admin.rpc.audit.export', input: AuditFilter.extend({ format: z.enum(['ndjson', 'fhir-r4', 'fhir-r5']).default('ndjson') }),
    output: BlobDownload, access: 'audit.export', stepUp: true, audit: 'admin.export-audit', timeoutMs: 600_000,
    http: { method: 'GET', path: '/api/admin/audit/export', download: true },
  }),
  /** Recomputes the whole chain and compares it with all checkpoints; the last item is the report. */
  verifyAudit: stream({
    subject: 'va.v1.admin.rpc.audit.verify', input: z.object({}), item: VerificationStep, access: 'audit.verify', audit: 'admin.verify-audit', timeoutMs: 3_600_000,
    http: { method: 'POST', path: '/api/admin/audit/verify' },
  }),
  readAuditState: request({
    subject: 'va.v1.admin.rpc.audit.state', input: z.object({}), output: LedgerState, access: 'audit.read', audit: 'admin.read-audit-state',
    http: { method: 'GET', path: '/api/admin/audit/state' },
  }),
  /** While a legal hold is set nothing is removed, however old. */
  holdAudit: request({
    subject: 'va.v1.admin.rpc.audit.hold', input: z.object({ held: z.boolean(), reason: z.string().trim().min(3).max(500) }), output: LegalHold,
    access: 'audit.hold', stepUp: true, audit: 'admin.hold-audit', http: { method: 'POST', path: '/api/admin/audit/hold' },
  }),
  /** Counts taken from the services at this moment; null where a service did not answer. */
  readSummary: request({
    subject: 'va.v1.admin.rpc.panel.summary', input: z.object({}),
    output: z.object({
      users: z.object({ total: count, active: count }),
      knowledge: z.object({ collections: count, documents: count, passages: count, byStage: z.record(z.string(), z.int()).nullable() }),
      answers: z.object({ conversations: count, questions: count, abstained: count, failed: count, medianFirstChunkMs: z.number().nullable() }),
      openSockets: count,
      auditRecords: z.int(),
      unreachable: z.array(z.string()),
      takenAt: Instant,
    }),
    access: 'panel.read', audit: 'admin.read-summary',
    http: { method: 'GET', path: '/api/admin/panel/summary' },
  }),
});
