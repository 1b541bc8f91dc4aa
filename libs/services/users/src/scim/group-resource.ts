import { type ScimBody, type ScimGroup, scimPath, scimUrns } from '@voiceassist/contracts';
import SCIMMY from 'scimmy';
import { z } from 'zod';
import type { Operation } from './patch.js';
import type { GroupRow } from './scim-groups.repository.js';
import { scimFailure } from './scim-failure.js';
import { attributeIn } from './user-resource.js';
import { versionOf } from './version.js';

export interface GroupFields {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly members: string[];
}

export const keptOfGroups = ['displayName', 'externalId', 'members'];
export const mostMembers = 10_000;

const text = z.string().trim().max(254).refine((value) => !value.includes('\0'));
const Kept = z.object({ displayName: text.min(1), externalId: text.optional(), });
const Members = z.array(z.object({ value: z.uuid().toLowerCase() }));

/** Reads a whole resource. Fails with SCIM_INVALID_VALUE and the name of the attribute. */
export function readGroup(body: ScimBody): GroupFields {
  const byName = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const kept = Object.fromEntries(keptOfGroups.filter((name) => name !== 'members').map((name) => [name, byName.get(name.toLowerCase()) ?? undefined]));
  let coerced: unknown;
  try {
    coerced = JSON.parse(JSON.stringify(new SCIMMY.Schemas.Group({ schemas: [scimUrns.group], ...kept }, 'in')));
  } catch (error) {
    throw scimFailure('SCIM_INVALID_VALUE', `The attribute ${attributeIn(error)} is not as the schema has it.`);
  }
  const result = Kept.safeParse(coerced);
  if (!result.success) throw scimFailure('SCIM_INVALID_VALUE', `The attribute ${result.error.issues[0]?.path.join('.') ?? ''} cannot be kept as it is.`);
  return { displayName: result.data.displayName, externalId: result.data.externalId || null, members: bounded(membersIn(byName.get('members') ?? [])) };
}

function membersIn(value: unknown): string[] {
  const members = Members.safeParse(value);
  if (!members.success) throw scimFailure('SCIM_INVALID_VALUE', 'The attribute members is not a list of identifiers of people.');
  return members.data.map((member) => member.value);
}

function bounded(members: readonly string[]): string[] {
  const each = [...new Set(members)];
  if (each.length > mostMembers) throw scimFailure('SCIM_TOO_MANY', `A group can have ${mostMembers} members.`);
  return each;
}

/** Members after those operations that are about members; the library would compare each with each. */
export function changedMembers(before: readonly string[], operations: readonly Operation[]): string[] {
  const members = new Set(before);
  for (const { op, path, value } of operations) {
    if (path !== 'members') continue;
    const named = value === undefined || value === null ? undefined : membersIn(value);
    if (op === 'replace' || named === undefined) members.clear();
    for (const userId of named ?? []) {
      if (op === 'remove') members.delete(userId);
      else members.add(userId);
    }
  }
  return bounded([...members]);
}

/** Without `members` where they were not read. Members are no part of the version: those of a large group are rarely asked for. */
export function showGroup({ groupId, displayName, externalId, createdAt, updatedAt }: GroupRow, members?: readonly string[]): ScimGroup {
  const resource = { schemas: [scimUrns.group], id: groupId, ...(externalId && { externalId }), displayName };
  const version = versionOf({ ...resource, updatedAt: updatedAt.toISOString() });
  const meta = { resourceType: 'Group', created: createdAt.toISOString(), lastModified: updatedAt.toISOString(), location: `${scimPath}/Groups/${groupId}`, version };
  return { ...resource, ...(members && { members: members.map((value) => ({ value, type: 'User' as const })) }), meta };
}
