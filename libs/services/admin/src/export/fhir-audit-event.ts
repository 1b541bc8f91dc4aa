import type { AuditRecord } from '@voiceassist/contracts';

const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const purposes = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const actions = 'urn:voiceassist:audit-action';
const codes = 'urn:voiceassist:outcome';
const identifiers = 'urn:voiceassist:id';
const roles = 'urn:voiceassist:role';
const restful = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' };
const authentication = { system: dicom, code: '110114', display: 'User Authentication' };
const exporting = { system: dicom, code: '110106', display: 'Export' };

/** Failures that are ours, not the asker's. */
const serious = new Set(['INTERNAL', 'UNAVAILABLE', 'TIMEOUT', 'INTERRUPTED', 'MESSAGE_TOO_LARGE']);
const outcomeCode = ({ outcome }: AuditRecord): '0' | '4' | '8' => (outcome === 'ok' ? '0' : serious.has(outcome) ? '8' : '4');

function typeOf({ action }: AuditRecord) {
  if (action.startsWith('auth.')) return authentication;
  return action.includes('.export') || action.includes('.download') ? exporting : restful;
}

const identified = (value: string) => ({ identifier: { system: identifiers, value } });

function whoOf({ actor }: AuditRecord) {
  if (actor.type === 'user') return identified(actor.userId);
  return actor.type === 'service' ? { display: `service ${actor.service}` } : { display: 'anonymous' };
}

/** What FHIR has no element for. */
function detailsOf(record: AuditRecord): [string, string][] {
  const { actor, requestId, traceId, durationMs, attempts, breakGlass, change, producer } = record;
  const details: [string, string | number | boolean | undefined][] = [
    ['requestId', requestId], ['traceId', traceId], ['durationMs', durationMs], ['attempts', attempts], ['breakGlass', breakGlass],
    ['hashBefore', change?.before], ['hashAfter', change?.after], ['producer', producer && `${producer.run}#${producer.number}`],
    ['sessionId', actor.type === 'user' ? actor.sessionId : undefined],
    ['secondFactorAt', actor.type === 'user' && actor.factorAt ? new Date(actor.factorAt * 1_000).toISOString() : undefined],
  ];
  return details.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
}

function entitiesOf(record: AuditRecord, detailType: (name: string) => unknown) {
  const things = Object.entries(record.subjects).map(([name, value]) => ({ what: { ...identified(value), display: name } }));
  const patient = record.patient ? [{ what: identified(record.patient), role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' } }] : [];
  const details = { what: identified(record.requestId), detail: detailsOf(record).map(([name, valueString]) => ({ type: detailType(name), valueString })) };
  return { things, patient, details };
}

const rolesOf = ({ actor }: AuditRecord) => (actor.type === 'user' ? actor.roles.map((role) => ({ coding: [{ system: roles, code: role }] })) : []);
const purposeOf = ({ purpose }: AuditRecord) => purpose && [{ coding: [{ system: purposes, code: purpose }] }];
const filled = <T extends unknown[]>(list: T) => (list.length > 0 ? list : undefined);

/** A record as AuditEvent of FHIR R4 (4.0.1). */
export function auditEventR4(record: AuditRecord): object {
  const { things, patient, details } = entitiesOf(record, (name) => name);
  return {
    resourceType: 'AuditEvent', id: record.auditId,
    type: typeOf(record), subtype: [{ system: actions, code: record.action }], action: record.kind, recorded: record.occurredAt,
    outcome: outcomeCode(record), outcomeDesc: record.outcome, purposeOfEvent: purposeOf(record),
    agent: [{ who: whoOf(record), requestor: true, role: filled(rolesOf(record)), network: record.clientNetwork ? { address: record.clientNetwork, type: '5' } : undefined }],
    source: { observer: { display: record.service } },
    entity: [...things, ...patient, details],
  };
}

/** A record as AuditEvent of FHIR R5 (5.0.0). */
export function auditEventR5(record: AuditRecord): object {
  const { things, patient, details } = entitiesOf(record, (name) => ({ text: name }));
  const severity = { '0': 'success', '4': 'error', '8': 'fatal' }[outcomeCode(record)];
  return {
    resourceType: 'AuditEvent', id: record.auditId,
    category: [{ coding: [typeOf(record)] }], code: { coding: [{ system: actions, code: record.action }] }, action: record.kind,
    occurredDateTime: record.occurredAt, recorded: record.occurredAt,
    outcome: { code: { system: 'http://hl7.org/fhir/issue-severity', code: severity }, detail: [{ coding: [{ system: codes, code: record.outcome }] }] },
    authorization: purposeOf(record), patient: record.patient ? identified(record.patient) : undefined,
    agent: [{ who: whoOf(record), requestor: true, role: filled(rolesOf(record)), networkString: record.clientNetwork }],
    source: { observer: { display: record.service } },
    entity: [...things, ...patient.map(({ what, role }) => ({ what, role: { coding: [role] } })), details],
  };
}
