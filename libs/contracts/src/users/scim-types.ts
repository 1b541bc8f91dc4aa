import { z } from 'zod';
import { type ErrorKind } from '../kernel/errors.js';
import { Instant, UserId } from '../kernel/ids.js';

/** SCIM 2.0 (RFC 7643, RFC 7644) as identity providers speak it. */
export const scimPath = '/api/scim/v2';
export const scimContentType = 'application/scim+json';
export const scimUrns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
} as const;

export const GroupId = z.uuid();

const Meta = z.object({
  resourceType: z.string(),
  created: Instant.optional(),
  lastModified: Instant.optional(),
  location: z.string(),
  /** Weak ETag of the resource as it is now. */
  version: z.string().optional(),
});

/** What is left out was not asked for. */
export const ScimUser = z.object({
  schemas: z.array(z.string()),
  id: UserId,
  externalId: z.string().optional(),
  userName: z.string().optional(),
  displayName: z.string().optional(),
  name: z.object({ formatted: z.string().optional(), givenName: z.string().optional(), familyName: z.string().optional() }).optional(),
  active: z.boolean().optional(),
  /** One address: the one that letters go to and that is asked for at sign-in. */
  emails: z.array(z.object({ value: z.string(), type: z.string(), primary: z.boolean() })).optional(),
  groups: z.array(z.object({ value: GroupId, display: z.string() })).optional(),
  meta: Meta.optional(),
});
export type ScimUser = z.infer<typeof ScimUser>;

export const ScimGroup = z.object({
  schemas: z.array(z.string()),
  id: GroupId,
  externalId: z.string().optional(),
  displayName: z.string().optional(),
  members: z.array(z.object({ value: UserId, type: z.literal('User') })).optional(),
  meta: Meta.optional(),
});
export type ScimGroup = z.infer<typeof ScimGroup>;

export const scimListOf = <T extends z.ZodType>(resource: T) => z.object({
  schemas: z.array(z.string()), totalResults: z.int(), startIndex: z.int(), itemsPerPage: z.int(), Resources: z.array(resource),
});

export const mostScimResults = 100;

const names = z.string().max(2_000).optional();

/** Which attributes an answer shall have, between commas. */
export const ScimSelection = z.object({ attributes: names, excludedAttributes: names });
export type ScimSelection = z.output<typeof ScimSelection>;

/** Values beyond the bounds are taken for the bounds, as the protocol has it. */
export const ScimQuery = ScimSelection.extend({
  filter: z.string().max(20_000).optional(),
  sortBy: z.string().max(200).optional(),
  sortOrder: z.enum(['ascending', 'descending']).default('ascending'),
  startIndex: z.coerce.number().int().max(1_000_000_000).default(1),
  count: z.coerce.number().int().default(mostScimResults),
});
export type ScimQuery = z.output<typeof ScimQuery>;

/** A resource or message as it came; read by the rules of SCIM, which forgive more than ours. */
export const ScimBody = z.record(z.string(), z.unknown());
export type ScimBody = z.infer<typeof ScimBody>;

/** Failures of SCIM operations; `scimType` is what the protocol calls them. */
const failures = {
  SCIM_UNIQUENESS: { kind: 'conflict', scimType: 'uniqueness' },
  SCIM_INVALID_FILTER: { kind: 'invalid', scimType: 'invalidFilter' },
  SCIM_INVALID_PATH: { kind: 'invalid', scimType: 'invalidPath' },
  SCIM_INVALID_VALUE: { kind: 'invalid', scimType: 'invalidValue' },
  SCIM_INVALID_SYNTAX: { kind: 'invalid', scimType: 'invalidSyntax' },
  SCIM_NO_TARGET: { kind: 'invalid', scimType: 'noTarget' },
  SCIM_MUTABILITY: { kind: 'invalid', scimType: 'mutability' },
  SCIM_TOO_MANY: { kind: 'invalid', scimType: 'tooMany' },
  SCIM_VERSION_MISMATCH: { kind: 'conflict', scimType: undefined },
  SCIM_KEPT_BY_HAND: { kind: 'forbidden', scimType: undefined },
  LAST_ADMINISTRATOR: { kind: 'conflict', scimType: undefined },
  USER_NOT_FOUND: { kind: 'not_found', scimType: undefined },
  GROUP_NOT_FOUND: { kind: 'not_found', scimType: undefined },
} as const satisfies Record<string, { kind: ErrorKind; scimType: string | undefined }>;

export type ScimErrorCode = keyof typeof failures;
type ScimErrors = { readonly [C in ScimErrorCode]: (typeof failures)[C]['kind'] };

export const scimErrors = Object.fromEntries(Object.entries(failures).map(([code, { kind }]) => [code, kind])) as ScimErrors; // the same keys

/** What SCIM calls a failure; undefined where it has no word for it. */
export const scimTypeOf = (code: string): string | undefined => (code === 'INVALID_INPUT' ? 'invalidValue' : (failures as Record<string, { scimType?: string }>)[code]?.scimType);
