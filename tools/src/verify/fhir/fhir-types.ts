import { z } from 'zod';

/**
 * Data types of FHIR as far as an audit event and its bundle use them, strict: an element that the definition does not
 * have is refused. Patterns after http://hl7.org/fhir/R4/datatypes.html and http://hl7.org/fhir/R5/datatypes.html.
 */
export const FhirString = z.string().max(1_048_576).regex(/\S/, 'a string is never empty').regex(/^[\r\n\t\u0020-\u{10FFFF}]+$/u);
const FhirCode = z.string().regex(/^[^\s]+( [^\s]+)*$/);
export const FhirUri = z.string().regex(/^\S+$/);
/** A system has to be an absolute URI. */
const System = FhirUri.regex(/^[a-z][a-z0-9+.-]*:/);
export const FhirId = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
export const FhirInstant = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/);

export const Coding = z.strictObject({ system: System.optional(), version: FhirString.optional(), code: FhirCode.optional(), display: FhirString.optional(), userSelected: z.boolean().optional() })
  .refine(({ code, display }) => code !== undefined || display !== undefined, 'a coding says something');
export const CodeableConcept = z.strictObject({ coding: z.array(Coding).min(1).optional(), text: FhirString.optional() })
  .refine(({ coding, text }) => coding !== undefined || text !== undefined, 'a concept is never empty');
const Identifier = z.strictObject({ use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).optional(), type: CodeableConcept.optional(), system: System.optional(), value: FhirString.optional() })
  .refine((identifier) => Object.keys(identifier).length > 0, 'ele-1: an element is never empty');
/** To one of these types, where it names one at all. */
export const reference = (...types: string[]) => z.strictObject({ reference: FhirString.optional(), type: z.enum(types as [string, ...string[]]).optional(), identifier: Identifier.optional(), display: FhirString.optional() })
  .refine(({ reference: target, identifier, display }) => target !== undefined || identifier !== undefined || display !== undefined, 'ref-2: a reference has a target, an identifier or a display');

/** Exactly so many of these elements are there: how FHIR writes a choice of types, `value[x]`. */
export const exactlyOneOf = (...names: string[]) => (element: object) => names.filter((name) => name in element).length === 1;
export const atMostOneOf = (...names: string[]) => (element: object) => names.filter((name) => name in element).length <= 1;

/** A bundle of these resources, after http://hl7.org/fhir/R4/bundle.html: a collection has neither requests nor searches. */
export function collectionOf<R extends { readonly id?: string }>(resource: z.ZodType<R>) {
  return z.strictObject({
    resourceType: z.literal('Bundle'), id: FhirId.optional(), type: z.literal('collection'), timestamp: FhirInstant.optional(),
    entry: z.array(z.strictObject({ fullUrl: System, resource })),
  })
    .refine(({ entry }) => new Set(entry.map(({ fullUrl }) => fullUrl)).size === entry.length, 'bdl-7: a full URL is there once')
    .refine(({ entry }) => entry.every(({ fullUrl, resource: { id } }) => fullUrl === `urn:uuid:${id}`), 'the full URL is that of the resource');
}
