import { type ScimBody, scimPath, type ScimUser, scimUrns } from '@voiceassist/contracts';
import SCIMMY from 'scimmy';
import { z } from 'zod';
import type { UserRow } from './scim-users.repository.js';
import { scimFailure } from './scim-failure.js';
import { versionOf } from './version.js';

/** A person as an identity provider describes one. */
export interface UserFields {
  readonly userName: string;
  readonly email: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** Undefined where nothing was said of it. */
  readonly active: boolean | undefined;
}

/** Attributes that are kept; all others that SCIM knows are taken and forgotten. */
export const keptOfUsers = ['userName', 'externalId', 'displayName', 'name', 'active', 'emails'];

const text = (most: number) => z.string().trim().max(most).refine((value) => !value.includes('\0'), 'holds a character that cannot be kept');
const Email = z.email().max(254);

const Kept = z.object({
  userName: text(254).min(1),
  externalId: text(254).optional(),
  displayName: text(200).optional(),
  name: z.object({ formatted: text(200).optional(), givenName: text(100).optional(), familyName: text(100).optional() }).optional(),
  active: z.boolean().optional(),
  emails: z.array(z.object({ value: text(254).optional(), type: z.string().optional(), primary: z.boolean().optional() })).max(20).optional(),
});

/** Providers send truth as text, in capitals too. */
export const truthOf = (value: unknown): unknown => (typeof value === 'string' && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value);

function keptOf(body: ScimBody): Record<string, unknown> {
  const byName = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(keptOfUsers.flatMap((name) => {
    const value = byName.get(name.toLowerCase());
    return value === undefined || value === null ? [] : [[name, name === 'active' ? truthOf(value) : value]];
  }));
}

/** The attribute that a message of the library names; never its value. */
export const attributeIn = (error: unknown): string => /'([\w.$]+)'/.exec(error instanceof Error ? error.message : '')?.[1] ?? 'resource';

/** Reads a whole resource. Fails with SCIM_INVALID_VALUE and the name of the attribute. */
export function readUser(body: ScimBody): UserFields {
  let coerced: unknown;
  try {
    coerced = JSON.parse(JSON.stringify(new SCIMMY.Schemas.User({ schemas: [scimUrns.user], ...keptOf(body) }, 'in')));
  } catch (error) {
    throw scimFailure('SCIM_INVALID_VALUE', `The attribute ${attributeIn(error)} is not as the schema has it.`);
  }
  const result = Kept.safeParse(coerced);
  if (!result.success) throw scimFailure('SCIM_INVALID_VALUE', `The attribute ${result.error.issues[0]?.path.join('.') ?? ''} cannot be kept as it is.`);
  return fieldsOf(result.data);
}

function fieldsOf({ userName, externalId, displayName, name = {}, active, emails = [] }: z.output<typeof Kept>): UserFields {
  const chosen = emails.find(({ primary }) => primary) ?? emails.find(({ type }) => type?.toLowerCase() === 'work') ?? emails[0];
  const email = Email.safeParse(chosen?.value ?? userName);
  if (!email.success) throw scimFailure('SCIM_INVALID_VALUE', 'Neither emails nor userName holds an e-mail address, which everybody needs here.');
  const { givenName, familyName, formatted } = name;
  const composed = [givenName, familyName].filter(Boolean).join(' ');
  return {
    userName, email: email.data, active, displayName: displayName || formatted || composed || userName,
    externalId: externalId || null, givenName: givenName || null, familyName: familyName || null,
  };
}

export function showUser(row: UserRow): ScimUser {
  const { userId, userName, email, displayName, externalId, givenName, familyName, active, groups, createdAt, updatedAt } = row;
  const name = { ...(givenName && { givenName }), ...(familyName && { familyName }) };
  const resource = {
    schemas: [scimUrns.user], id: userId, ...(externalId && { externalId }), userName, displayName, ...(givenName || familyName ? { name } : {}), active,
    emails: [{ value: email, type: 'work', primary: true }], groups,
  };
  const meta = { resourceType: 'User', created: createdAt.toISOString(), lastModified: updatedAt.toISOString(), location: `${scimPath}/Users/${userId}`, version: versionOf(resource) };
  return { ...resource, meta };
}
