import type { AuditRecord } from '@voiceassist/contracts';
import { auditEventR4, auditEventR5 } from './fhir-audit-event.js';

export type AuditFormat = 'ndjson' | 'fhir-r4' | 'fhir-r5';

export const fileOf: Readonly<Record<AuditFormat, { readonly extension: string; readonly contentType: string }>> = {
  ndjson: { extension: 'ndjson', contentType: 'application/x-ndjson' },
  'fhir-r4': { extension: 'fhir-r4.json', contentType: 'application/fhir+json' },
  'fhir-r5': { extension: 'fhir-r5.json', contentType: 'application/fhir+json' },
};

async function* linesOf(records: AsyncIterable<AuditRecord>): AsyncGenerator<string, void, undefined> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

async function* bundleOf(records: AsyncIterable<AuditRecord>, resourceOf: (record: AuditRecord) => object): AsyncGenerator<string, void, undefined> {
  yield `{"resourceType":"Bundle","type":"collection","timestamp":"${new Date().toISOString()}","entry":[`;
  let separator = '\n';
  for await (const record of records) {
    yield `${separator}${JSON.stringify({ fullUrl: `urn:uuid:${record.auditId}`, resource: resourceOf(record) })}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** The text of an export, piece by piece, however many records there are. */
export function auditFile(format: AuditFormat, records: AsyncIterable<AuditRecord>): AsyncGenerator<string, void, undefined> {
  if (format === 'ndjson') return linesOf(records);
  return bundleOf(records, format === 'fhir-r4' ? auditEventR4 : auditEventR5);
}
