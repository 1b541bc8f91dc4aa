import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { event, request } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { Instant } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { AuditRecord } from './audit-record.js';

const count = z.int().nullable();

export const admin = service('admin', {
  /** What an audited call did; told by every service through its outbox. */
  auditRecorded: event({ subject: 'va.v1.admin.evt.audit.recorded', payload: AuditRecord }),
  /** The same for a service that owns no database. */
  recordAudit: request({ subject: 'va.v1.admin.rpc.audit.record', input: AuditRecord, output: z.object({}), access: 'service', audit: notAudited('it would record itself without end') }),
  searchAudit: request({
    subject: 'va.v1.admin.rpc.audit.search',
    input: PageQuery.extend({ action: z.string().max(100).optional(), actorUserId: z.uuid().optional(), from: Instant.optional(), to: Instant.optional() }),
    output: pageOf(AuditRecord), access: 'audit.read', audit: 'admin.search-audit',
    http: { method: 'GET', path: '/api/admin/audit', list: true },
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
