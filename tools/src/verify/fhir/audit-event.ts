import { z } from 'zod';
import { atMostOneOf, CodeableConcept, Coding, exactlyOneOf, FhirId, FhirInstant, FhirString, FhirUri, reference } from './fhir-types.js';

/** Code system http://hl7.org/fhir/audit-event-action, bound as required in R4 and R5. */
const Action = z.enum(['C', 'R', 'U', 'D', 'E']);
const Base64 = z.base64();
const Period = z.strictObject({ start: FhirInstant.optional(), end: FhirInstant.optional() });
const people = ['PractitionerRole', 'Practitioner', 'Organization', 'Device', 'Patient', 'RelatedPerson'];

/** AuditEvent of FHIR R4, written after the definition at http://hl7.org/fhir/R4/auditevent.profile.html (4.0.1): cardinalities, required bindings, invariants. */
export const AuditEventR4 = z.strictObject({
  resourceType: z.literal('AuditEvent'), id: FhirId.optional(),
  type: Coding, subtype: z.array(Coding).min(1).optional(), action: Action.optional(), period: Period.optional(), recorded: FhirInstant,
  /** http://hl7.org/fhir/audit-event-outcome, required. */
  outcome: z.enum(['0', '4', '8', '12']).optional(), outcomeDesc: FhirString.optional(), purposeOfEvent: z.array(CodeableConcept).min(1).optional(),
  agent: z.array(z.strictObject({
    type: CodeableConcept.optional(), role: z.array(CodeableConcept).min(1).optional(), who: reference(...people).optional(), altId: FhirString.optional(), name: FhirString.optional(),
    requestor: z.boolean(), location: reference('Location').optional(), policy: z.array(FhirUri).min(1).optional(), media: Coding.optional(),
    /** http://hl7.org/fhir/network-type, required. */
    network: z.strictObject({ address: FhirString.optional(), type: z.enum(['1', '2', '3', '4', '5']).optional() }).optional(),
    purposeOfUse: z.array(CodeableConcept).min(1).optional(),
  })).min(1),
  source: z.strictObject({ site: FhirString.optional(), observer: reference(...people), type: z.array(Coding).min(1).optional() }),
  entity: z.array(z.strictObject({
    what: reference('Patient', 'DocumentReference', 'Basic').optional(), type: Coding.optional(), role: Coding.optional(), lifecycle: Coding.optional(),
    securityLabel: z.array(Coding).min(1).optional(), name: FhirString.optional(), description: FhirString.optional(), query: Base64.optional(),
    detail: z.array(z.strictObject({ type: FhirString, valueString: FhirString.optional(), valueBase64Binary: Base64.optional() }).refine(exactlyOneOf('valueString', 'valueBase64Binary'), 'value[x] is there once')).min(1).optional(),
  }).refine(atMostOneOf('name', 'query'), 'sev-1: either a name or a query, not both')).min(1).optional(),
});

const r5People = [...people, 'CareTeam', 'HealthcareService'];
const detailValues = ['valueQuantity', 'valueCodeableConcept', 'valueString', 'valueBoolean', 'valueInteger', 'valueRange', 'valueRatio', 'valueTime', 'valueDateTime', 'valuePeriod', 'valueBase64Binary'];

/** AuditEvent of FHIR R5, written after the definition at http://hl7.org/fhir/R5/auditevent.profile.html (5.0.0). Of `value[x]` in a detail only strings, truth values and numbers are known here. */
export const AuditEventR5 = z.strictObject({
  resourceType: z.literal('AuditEvent'), id: FhirId.optional(),
  category: z.array(CodeableConcept).min(1).optional(), code: CodeableConcept, action: Action.optional(),
  /** http://hl7.org/fhir/audit-event-severity, required. */
  severity: z.enum(['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']).optional(),
  occurredPeriod: Period.optional(), occurredDateTime: FhirInstant.optional(), recorded: FhirInstant,
  outcome: z.strictObject({ code: Coding, detail: z.array(CodeableConcept).min(1).optional() }).optional(), authorization: z.array(CodeableConcept).min(1).optional(),
  basedOn: z.array(reference('CarePlan', 'ServiceRequest', 'Task')).min(1).optional(), patient: reference('Patient').optional(), encounter: reference('Encounter').optional(),
  agent: z.array(z.strictObject({
    type: CodeableConcept.optional(), role: z.array(CodeableConcept).min(1).optional(), who: reference(...r5People), requestor: z.boolean().optional(), location: reference('Location').optional(),
    policy: z.array(FhirUri).min(1).optional(), networkReference: reference('Endpoint').optional(), networkUri: FhirUri.optional(), networkString: FhirString.optional(), authorization: z.array(CodeableConcept).min(1).optional(),
  }).refine(atMostOneOf('networkReference', 'networkUri', 'networkString'), 'network[x] is there at most once')).min(1),
  source: z.strictObject({ site: reference('Location').optional(), observer: reference(...r5People), type: z.array(CodeableConcept).min(1).optional() }),
  entity: z.array(z.strictObject({
    what: reference('Patient', 'DocumentReference', 'Basic').optional(), role: CodeableConcept.optional(), securityLabel: z.array(CodeableConcept).min(1).optional(), query: Base64.optional(),
    detail: z.array(z.strictObject({ type: CodeableConcept, valueString: FhirString.optional(), valueBoolean: z.boolean().optional(), valueInteger: z.int().optional() }).refine(exactlyOneOf(...detailValues), 'value[x] is there once')).min(1).optional(),
  })).min(1).optional(),
}).refine(atMostOneOf('occurredPeriod', 'occurredDateTime'), 'occurred[x] is there at most once');
