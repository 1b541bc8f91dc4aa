import { z } from 'zod';
import { request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { UserId } from '../kernel/ids.js';
import { Permission, Role } from '../kernel/permissions.js';
import { User } from './user.js';

export const RoleId = z.uuid();

const fields = z.object({
  name: z.string().trim().min(1).max(80),
  description: z.string().trim().max(500).default(''),
  permissions: z.array(Permission).min(1).max(100),
});

/** A role that an installation composes of permissions; each reaches as far as with the most limited role of the house that has it. */
export const CustomRole = fields.extend({
  roleId: RoleId,
  /** How many people hold it. */
  holders: z.int(),
});
export type CustomRole = z.infer<typeof CustomRole>;

const nothing = z.object({});
const byId = z.object({ roleId: RoleId });
const unknownRole = { ROLE_NOT_FOUND: 'not_found' } as const;

/**
 * Roles beside those of the house: composed, changed, given. A change ends the sessions of everybody who holds the role. Nobody
 * composes or gives what they do not hold themselves.
 */
export const customRoleOperations = {
  /** The roles of the house with what each permission reaches, and the composed ones. */
  listRoles: request({
    subject: 'va.v1.users.rpc.roles.list', input: nothing,
    output: z.object({ house: z.array(z.object({ role: Role, permissions: z.record(z.string(), z.string()) })), custom: z.array(CustomRole) }),
    access: 'people.read', audit: 'users.list-roles', http: { method: 'GET', path: '/api/admin/roles' },
  }),
  defineRole: request({
    subject: 'va.v1.users.rpc.roles.define', input: fields, output: CustomRole, errors: { ...beyondOwnAccess, ROLE_NAME_TAKEN: 'conflict' },
    access: 'roles.define', stepUp: true, audit: 'users.define-role', http: { method: 'POST', path: '/api/admin/roles', status: 201 },
  }),
  changeRole: request({
    subject: 'va.v1.users.rpc.roles.change', input: fields.extend(byId.shape), output: CustomRole, errors: { ...beyondOwnAccess, ...unknownRole, ROLE_NAME_TAKEN: 'conflict' },
    access: 'roles.define', stepUp: true, audit: 'users.change-role', http: { method: 'PUT', path: '/api/admin/roles/:roleId' },
  }),
  /** Takes the role from everybody who holds it. */
  deleteRole: request({
    subject: 'va.v1.users.rpc.roles.delete', input: byId, output: nothing, errors: { ...unknownRole, ...beyondOwnAccess },
    access: 'roles.define', stepUp: true, audit: 'users.delete-role', http: { method: 'DELETE', path: '/api/admin/roles/:roleId' },
  }),
  /** Replaces the composed roles of a person. */
  giveRoles: request({
    subject: 'va.v1.users.rpc.roles.give', input: z.object({ userId: UserId, roleIds: z.array(RoleId).max(20) }), output: User,
    errors: { ...beyondOwnAccess, ...unknownRole, USER_NOT_FOUND: 'not_found' },
    access: 'people.change-roles', stepUp: true, audit: 'users.give-roles', http: { method: 'PUT', path: '/api/users/:userId/custom-roles' },
  }),
};
