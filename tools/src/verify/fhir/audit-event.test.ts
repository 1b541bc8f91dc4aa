import { describe, expect, it } from '@jest/globals';
import { AuditRecord, auditActionOf, auditKindOf, catalogue } from '@voiceassist/contracts';
import { auditFile } from '@voiceassist/service-admin';
import fc from 'fast-check';
import type { z } from 'zod';
import { AuditEventR4, AuditEventR5 } from './audit-event.js';
import { collectionOf } from './fhir-types.js';

const definitions: Readonly<Record<'fhir-r4' | 'fhir-r5', z.ZodType<{ readonly id?: string }>>> = { 'fhir-r4': AuditEventR4, 'fhir-r5': AuditEventR5 };
const formats = ['fhir-r4', 'fhir-r5'] as const;
const actions = catalogue.flatMap(({ contract }) => ('audit' in contract && contract.audit !== undefined ? (auditActionOf({ audit: contract.audit }) ?? []) : []));

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const actor = fc.oneof(
  fc.record({ type: fc.constant('user' as const), userId: fc.uuid({ version: 4 }), sessionId: fc.uuid({ version: 4 }), roles: fc.subarray(['admin', 'nurse', 'clinician'] as const), factorAt: maybe(fc.integer({ min: 1, max: 2_000_000_000 })) }),
  fc.record({ type: fc.constant('service' as const), service: fc.constantFrom('auth', 'kb-indexer') }),
  fc.constant({ type: 'anonymous' as const }),
);

/** Any record that a service can write. */
const record = fc.record({
  auditId: fc.uuid({ version: 4 }), occurredAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  service: fc.constantFrom('auth', 'gateway'), action: fc.constantFrom(...actions), actor,
  requestId: fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/), traceId: maybe(hex(32)), clientNetwork: maybe(fc.constantFrom('10.1.2.0/24', '2001:db8::/48')),
  outcome: fc.constantFrom('ok', 'FORBIDDEN', 'INTERNAL', 'INTERRUPTED'), subjects: fc.dictionary(fc.constantFrom('documentId', 'userId', 'phi.chat'), fc.uuid()),
  patient: maybe(hex(40)), purpose: maybe(fc.constantFrom('TREAT', 'ETREAT')), breakGlass: maybe(fc.constant(true)), change: maybe(fc.record({ before: maybe(hex(64)), after: maybe(hex(64)) })),
  durationMs: fc.integer({ min: 0, max: 100_000 }), attempts: maybe(fc.integer({ min: 1, max: 900 })), producer: maybe(fc.record({ run: fc.uuid({ version: 4 }), number: fc.integer({ min: 1, max: 9_999 }) })),
}).map((fields): AuditRecord => AuditRecord.parse({ ...fields, kind: auditKindOf(fields.action) }));

async function exported(format: (typeof formats)[number], records: readonly AuditRecord[]): Promise<unknown> {
  async function* all() {
    yield* records;
  }
  let text = '';
  for await (const piece of auditFile(format, all())) text += piece;
  return JSON.parse(text);
}

const faultsOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues ?? [];

describe.each(formats)('an export of the audit as %s', (format) => {
  const bundle = collectionOf(definitions[format]);

  it('fits the published definition of AuditEvent, whatever the records hold', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(record, { selector: ({ auditId }) => auditId, maxLength: 6 }), async (records) => {
      expect(faultsOf(bundle, await exported(format, records))).toEqual([]);
    }), { numRuns: 150 });
  });

  it('would be refused with a fault in it', async () => {
    const [sample] = fc.sample(record, { numRuns: 1, seed: 7 });
    const good = (await exported(format, [{ ...sample!, patient: 'ab12', purpose: 'ETREAT' }])) as { entry: { resource: Record<string, unknown> }[] };
    expect(faultsOf(bundle, good)).toEqual([]);
    const resource = good.entry[0]!.resource;
    const faults: Record<string, object> = {
      'an element that does not exist': { severityLevel: 'high' },
      'no agent': { agent: [] },
      'no source': { source: undefined },
      'a moment without a time zone': { recorded: '2026-01-02T03:04:05' },
      'an action of no code system': { action: 'X' },
      'an outcome of no code system': { outcome: format === 'fhir-r4' ? 'ok' : { code: {} } },
      'an empty reference': { source: { observer: {} } },
      'a detail without a value': { entity: [{ detail: [{ type: format === 'fhir-r4' ? 'name' : { text: 'name' } }] }] },
      'a detail with two values': { entity: [{ detail: [{ type: format === 'fhir-r4' ? 'name' : { text: 'name' }, valueString: 'x', ...(format === 'fhir-r4' ? { valueBase64Binary: 'eA==' } : { valueBoolean: true }) }] }] },
      'a list that is empty': { entity: [] },
      'an id that is none': { id: 'not an id' },
      'a system that is no address': format === 'fhir-r4' ? { type: { system: 'audit', code: 'rest' } } : { code: { coding: [{ system: 'audit', code: 'rest' }] } },
    };
    for (const [what, change] of Object.entries(faults)) {
      const spoilt = JSON.parse(JSON.stringify({ ...resource, ...change })) as unknown;
      expect({ what, refused: faultsOf(definitions[format], spoilt).length > 0 }).toEqual({ what, refused: true });
    }
    expect(faultsOf(bundle, { ...good, entry: [good.entry[0], good.entry[0]] })).not.toEqual([]);
    expect(faultsOf(definitions[format === 'fhir-r4' ? 'fhir-r5' : 'fhir-r4'], resource)).not.toEqual([]);
  });
});
