import { z } from 'zod';
import { Role } from '../kernel/permissions.js';
import { notAudited } from '../kernel/audit.js';
import { event, request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { UserId } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { customRoleOperations } from './custom-roles.js';
import { scimOperations } from './scim-operations.js';
import { User } from './user.js';

const byId = z.object({ userId: UserId });

export const users = service('users', {
  /**
   * Creates a profile; `auth` calls it before it stores the credential. A repetition with the same id and e-mail address
   * takes over name and roles of the new call, so that an interrupted creation can be finished.
   */
  createUser: request({
    subject: 'va.v1.users.rpc.users.create',
    input: z.object({ userId: UserId, email: z.email().max(254), displayName: z.string().min(1).max(200), roles: z.array(Role).min(1) }),
    output: User,
    errors: { EMAIL_TAKEN: 'conflict' },
    access: 'service',
    audit: 'users.create',
  }),
  /** Reads a profile for another service, for example to fill the roles of a token. */
  getUser: request({
    subject: 'va.v1.users.rpc.users.get', input: byId, output: User,
    errors: { USER_NOT_FOUND: 'not_found' }, access: 'service', audit: notAudited('read by auth within sign-ins and renewals, which are audited themselves'),
  }),
  readUser: request({
    subject: 'va.v1.users.rpc.users.read', input: byId, output: User,
    errors: { USER_NOT_FOUND: 'not_found' }, access: 'people.read', audit: 'users.read',
    http: { method: 'GET', path: '/api/users/:userId' },
  }),
  readOwnProfile: request({
    subject: 'va.v1.users.rpc.profile.read', input: z.object({}), output: User,
    errors: { USER_NOT_FOUND: 'not_found' }, access: 'profile.read', audit: 'users.read-own',
    http: { method: 'GET', path: '/api/users/me' },
  }),
  changeOwnProfile: request({
    subject: 'va.v1.users.rpc.profile.change', input: z.object({ displayName: z.string().trim().min(1).max(200) }), output: User,
    errors: { USER_NOT_FOUND: 'not_found' }, access: 'profile.change', audit: 'users.change-own',
    http: { method: 'PATCH', path: '/api/users/me' },
  }),
  listUsers: request({
    subject: 'va.v1.users.rpc.users.list', input: PageQuery, output: pageOf(User), access: 'people.read', audit: 'users.list',
    http: { method: 'GET', path: '/api/users', list: true },
  }),
  changeRoles: request({
    subject: 'va.v1.users.rpc.users.change-roles', input: byId.extend({ roles: z.array(Role).min(1).max(7) }), output: User,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found', LAST_ADMINISTRATOR: 'conflict' }, access: 'people.change-roles', stepUp: true, audit: 'users.change-roles',
    http: { method: 'PUT', path: '/api/users/:userId/roles' },
  }),
  deactivateUser: request({
    subject: 'va.v1.users.rpc.users.deactivate', input: byId, output: User,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found', LAST_ADMINISTRATOR: 'conflict' }, access: 'people.change', stepUp: true, audit: 'users.deactivate',
    http: { method: 'POST', path: '/api/users/:userId/deactivate' },
  }),
  activateUser: request({
    subject: 'va.v1.users.rpc.users.activate', input: byId, output: User,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found' }, access: 'people.change', stepUp: true, audit: 'users.activate',
    http: { method: 'POST', path: '/api/users/:userId/activate' },
  }),
  ...customRoleOperations,
  ...scimOperations,
  /** Active people with that role of the house, to tell them something. */
  listHolders: request({
    subject: 'va.v1.users.rpc.users.list-holders', input: z.object({ role: Role }), output: z.object({ userIds: z.array(UserId) }),
    access: 'service', audit: notAudited('identifiers alone, for notices that auth sends'),
  }),
  /** How many people there are, for the administrator's summary. */
  countUsers: request({
    subject: 'va.v1.users.rpc.users.count', input: z.object({}), output: z.object({ total: z.int(), active: z.int() }), access: 'service',
    audit: notAudited('counts only, for the audited summary of the administrator'),
  }),
  /** Roles or activity changed: every session of that person ends. */
  accessChanged: event({
    subject: 'va.v1.users.evt.access.changed',
    payload: z.object({ userId: UserId, active: z.boolean(), roles: z.array(Role) }),
  }),
});
