import { z } from 'zod';
import { purposeConditions, purposeOfRole, type PurposeOfUse } from './purposes.js';

/** Roles of the house. `service` is for service accounts, which sign in with API keys. */
export const Role = z.enum(['admin', 'privacy_officer', 'clinician', 'nurse', 'researcher', 'viewer', 'service']);
export type Role = z.infer<typeof Role>;

/**
 * Over which things a permission reaches. `any`: all of them. `own`: what belongs to the person who asks.
 * `granted`: collections that are granted to the person or one of the roles, and what is in them.
 * `de-identified`: the same, with personal health information masked in everything that is read.
 */
export type Reach = 'any' | 'granted' | 'de-identified' | 'own';

type Row = Readonly<Partial<Record<Role, Reach>>>;

const ownOfEverybody = { admin: 'own', privacy_officer: 'own', clinician: 'own', nurse: 'own', researcher: 'own', viewer: 'own' } as const satisfies Row;
const ownOfReaders = { admin: 'own', clinician: 'own', nurse: 'own', researcher: 'own', viewer: 'own', service: 'own' } as const satisfies Row;
const readers = { admin: 'any', clinician: 'granted', nurse: 'granted', researcher: 'de-identified', viewer: 'granted', service: 'granted' } as const satisfies Row;
const administrators = { admin: 'any' } as const satisfies Row;
const overseers = { admin: 'any', privacy_officer: 'any' } as const satisfies Row;

/** Who may do what to which things, by role. What is not in here nobody may do. */
export const permissionTable = {
  'profile.read': ownOfEverybody,
  'profile.change': ownOfEverybody,
  'people.read': overseers,
  'people.create': administrators,
  'people.change': administrators,
  'people.change-roles': administrators,
  // for identity providers, with an API key alone
  'people.provision': { service: 'any' },
  'roles.define': administrators,
  'api-keys.manage': { admin: 'any', clinician: 'own', nurse: 'own', researcher: 'own' },
  'collections.read': readers,
  'collections.create': administrators,
  'collections.change': administrators,
  'collections.delete': administrators,
  'documents.read': readers,
  // an original cannot be masked
  'documents.open-original': { admin: 'any', clinician: 'granted', nurse: 'granted', viewer: 'granted', service: 'granted' },
  'documents.upload': administrators,
  'documents.change': administrators,
  'documents.delete': administrators,
  'passages.search': readers,
  'answers.ask': ownOfReaders,
  'model.read': { ...ownOfReaders, privacy_officer: 'own' },
  'conversations.read': ownOfReaders,
  'conversations.change': ownOfReaders,
  'conversations.delete': ownOfReaders,
  'integrations.read': { admin: 'own', clinician: 'own', nurse: 'own' },
  'audit.read': overseers,
  'audit.verify': overseers,
  'audit.export': overseers,
  'audit.hold': { privacy_officer: 'any' },
  'break-glass.use': { clinician: 'own', nurse: 'own' },
  'break-glass.review': { privacy_officer: 'any' },
  'panel.read': overseers,
} as const satisfies Record<string, Row>;

export type Permission = keyof typeof permissionTable;
const names = Object.keys(permissionTable) as [Permission, ...Permission[]]; // the table has rows
export const Permission = z.enum(names);

const narrowestFirst: readonly Reach[] = ['own', 'de-identified', 'granted', 'any'];

/** What a custom role gives with a permission: the narrowest reach that any role of the house has with it. */
function reachOfCustomRoles(row: Row): Reach {
  return narrowestFirst.find((reach) => Object.values(row).includes(reach)) ?? 'own';
}

/** Whose access is asked about: a person, or a role that is to be given. */
export interface Holder {
  readonly roles: readonly Role[];
  readonly permissions?: readonly Permission[];
  /** Limits all of the above, where the holder is an API key. */
  readonly scope?: readonly Permission[];
}

const conditions: Readonly<Partial<Record<Permission, readonly PurposeOfUse[]>>> = purposeConditions;

/** The widest reach that roles and single permissions (of custom roles) give together, for a purpose for which the permission counts; undefined when they give none. */
export function reachOf(permission: Permission, { roles, permissions = [], scope }: Holder): Reach | undefined {
  if (scope && !scope.includes(permission)) return undefined;
  const row: Row = permissionTable[permission];
  const purposes = conditions[permission];
  const serving = purposes ? roles.filter((role) => purposes.includes(purposeOfRole[role])) : roles;
  const given = serving.flatMap((role) => row[role] ?? []);
  // a composed role has no purpose of its own: it is that of the roles beside it
  if (permissions.includes(permission) && (serving.length > 0 || roles.length === 0)) given.push(reachOfCustomRoles(row));
  return narrowestFirst.findLast((reach) => given.includes(reach));
}

const widthOf = (reach: Reach | undefined): number => (reach === undefined ? -1 : narrowestFirst.indexOf(reach));

/**
 * Whether somebody may give or define this access, or act upon the account of somebody who holds it: as far as they hold it
 * themselves, so that nobody comes to more by way of others. Administrators of the house give what they do not hold, too.
 */
export function isWithin({ roles = [], permissions = [] }: Partial<Holder>, own: Holder): boolean {
  if (own.roles.includes('admin')) return true;
  return Permission.options.every((permission) => widthOf(reachOf(permission, { roles, permissions })) <= widthOf(reachOf(permission, own)));
}

/** The roles of people that have the permission. Accounts of programs are none: nobody signs in to them. */
export function rolesOfPeopleWith(permission: Permission): Role[] {
  const row: Row = permissionTable[permission];
  return Role.options.filter((role) => role !== 'service' && row[role]);
}
