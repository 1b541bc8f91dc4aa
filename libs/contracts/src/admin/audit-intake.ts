import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { event, request, type EventContract, type RequestContract } from '../kernel/contract.js';
import type { ServiceName } from '../kernel/service-contract.js';
import { AuditRecord } from './audit-record.js';

const recordSubject = 'va.v1.admin.rpc.audit.record';
const recordedSubject = 'va.v1.admin.evt.audit.recorded';

function recordingRequest<const S extends string>(subject: S) {
  return request({ subject, input: AuditRecord, output: z.object({}), access: 'service', audit: notAudited('it would record itself without end') });
}
const askedBy = <const S extends ServiceName>(service: S) => recordingRequest(`${recordSubject}.${service}`);
const toldBy = <const S extends ServiceName>(service: S) => event({ subject: `${recordedSubject}.${service}`, payload: AuditRecord });

/**
 * How rows reach the ledger. Each service has a subject of its own, and the bus lets nobody else speak there: in whose
 * name a row comes is a matter of the subject, not of what the message says. `auditRecorded` and `recordAudit` are those
 * of releases before: admin still takes what was told there, the bus lets nobody but admin itself use them.
 */
export const auditIntake = {
  /** What an audited call of admin's own did. */
  auditRecorded: event({ subject: recordedSubject, payload: AuditRecord }),
  /** What audited calls of a service did, told through its outbox. */
  auditRecordedByAuth: toldBy('auth'),
  auditRecordedByUsers: toldBy('users'),
  auditRecordedByKbIndexer: toldBy('kb-indexer'),
  auditRecordedByRagOrchestrator: toldBy('rag-orchestrator'),
  recordAudit: recordingRequest(recordSubject),
  /** The same for a service that owns no database. */
  recordAuditByGateway: askedBy('gateway'),
  recordAuditByAuth: askedBy('auth'),
  recordAuditByUsers: askedBy('users'),
  recordAuditByKbIndexer: askedBy('kb-indexer'),
  recordAuditByRagOrchestrator: askedBy('rag-orchestrator'),
  recordAuditByRealtime: askedBy('realtime'),
  recordAuditByIntegrations: askedBy('integrations'),
} as const;

const requests: Readonly<Record<ServiceName, RequestContract>> = {
  admin: auditIntake.recordAudit, gateway: auditIntake.recordAuditByGateway, auth: auditIntake.recordAuditByAuth, users: auditIntake.recordAuditByUsers,
  'kb-indexer': auditIntake.recordAuditByKbIndexer, 'rag-orchestrator': auditIntake.recordAuditByRagOrchestrator,
  realtime: auditIntake.recordAuditByRealtime, integrations: auditIntake.recordAuditByIntegrations,
};
const events: Readonly<Partial<Record<ServiceName, EventContract & { readonly payload: typeof AuditRecord }>>> = {
  auth: auditIntake.auditRecordedByAuth, users: auditIntake.auditRecordedByUsers,
  'kb-indexer': auditIntake.auditRecordedByKbIndexer, 'rag-orchestrator': auditIntake.auditRecordedByRagOrchestrator,
};

/** How a service without a database hands over its rows. */
export function auditRequestOf(service: ServiceName): RequestContract {
  return requests[service];
}

/** How a service tells its rows through its outbox. */
export function auditEventOf(service: ServiceName): EventContract & { readonly payload: typeof AuditRecord } {
  return events[service] ?? auditIntake.auditRecorded;
}

/** Every subject under which rows are told, and whose they are; null where the message says so. */
export const auditTellers: ReadonlyMap<string, ServiceName | null> = new Map([
  [auditIntake.auditRecorded.subject, null],
  ...(Object.entries(events) as [ServiceName, EventContract][]).map(([service, { subject }]) => [subject, service] as const), // keys of the table above
]);
