import type { Role } from '@voiceassist/contracts';

/** Which group, by its key, gives which role. */
export type GroupRoles = readonly { readonly group: string; readonly role: Role }[];

/** Two spellings of a group's name have one key. */
export const groupKeyOf = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

const alwaysByHand: readonly Role[] = ['admin', 'privacy_officer'];

/** Roles that no group gives and that are too much to be moved to another address from outside. */
export function heldByHand(roles: readonly Role[], table: GroupRoles): boolean {
  return roles.some((role) => alwaysByHand.includes(role) && !table.some((row) => row.role === role));
}

/**
 * Roles of somebody in these groups: what the groups give, and what was given by hand of roles that no group gives.
 * `viewer` stands for nothing else: beside a role that sees less, it would widen that role.
 */
export function rolesIn(groups: readonly string[], current: readonly Role[], table: GroupRoles): Role[] {
  const given = table.filter(({ group }) => groups.includes(group)).map(({ role }) => role);
  const byHand = current.filter((role) => role !== 'viewer' && !table.some((row) => row.role === role));
  const roles = [...new Set([...byHand, ...given])];
  return roles.length > 0 ? roles : ['viewer'];
}
