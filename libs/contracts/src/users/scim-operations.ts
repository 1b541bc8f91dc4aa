import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { UserId } from '../kernel/ids.js';
import { GroupId, ScimBody, scimErrors, ScimGroup, scimListOf, scimPath, ScimQuery, ScimSelection, ScimUser } from './scim-types.js';

const access = 'people.provision';
const errors = scimErrors;
const form = 'scim';

const userById = z.object({ userId: UserId });
const groupById = z.object({ groupId: GroupId });
/** The version that the client saw last; a write upon another one is refused. */
const write = z.object({ ifMatch: z.string().max(500).optional() });
const described = z.object({ schemas: z.array(z.string()), id: z.string().optional() }).loose();
const discovery = { access, audit: notAudited('describes the protocol; the same for everybody and about nobody') } as const;

/**
 * Provisioning by an identity provider. Only API keys of service accounts may; people are deactivated, never deleted. A
 * person with a role that no group gives (as a rule `admin` and `privacy_officer`) can be deactivated and nothing else.
 */
export const scimOperations = {
  readScimConfig: request({
    subject: 'va.v1.users.rpc.scim.config', input: z.object({}), output: described, ...discovery,
    http: { method: 'GET', path: `${scimPath}/ServiceProviderConfig`, form },
  }),
  listScimSchemas: request({
    subject: 'va.v1.users.rpc.scim.schemas', input: z.object({}), output: scimListOf(described), ...discovery,
    http: { method: 'GET', path: `${scimPath}/Schemas`, form },
  }),
  listScimResourceTypes: request({
    subject: 'va.v1.users.rpc.scim.resource-types', input: z.object({}), output: scimListOf(described), ...discovery,
    http: { method: 'GET', path: `${scimPath}/ResourceTypes`, form },
  }),
  listScimUsers: request({
    subject: 'va.v1.users.rpc.scim-users.list', input: ScimQuery, output: scimListOf(ScimUser), errors, access, audit: 'scim.list-users',
    http: { method: 'GET', path: `${scimPath}/Users`, form },
  }),
  readScimUser: request({
    subject: 'va.v1.users.rpc.scim-users.read', input: ScimSelection.extend(userById.shape), output: ScimUser, errors, access, audit: 'scim.read-user',
    http: { method: 'GET', path: `${scimPath}/Users/:userId`, form },
  }),
  /** Makes an account without a password; somebody whom the provider deleted before is taken up again. */
  createScimUser: request({
    subject: 'va.v1.users.rpc.scim-users.create', input: z.object({ resource: ScimBody }), output: ScimUser, errors, access, audit: 'scim.create-user',
    http: { method: 'POST', path: `${scimPath}/Users`, status: 201, form },
  }),
  replaceScimUser: request({
    subject: 'va.v1.users.rpc.scim-users.replace', input: write.extend({ ...userById.shape, resource: ScimBody }), output: ScimUser, errors, access, audit: 'scim.replace-user',
    http: { method: 'PUT', path: `${scimPath}/Users/:userId`, form },
  }),
  patchScimUser: request({
    subject: 'va.v1.users.rpc.scim-users.patch', input: write.extend({ ...userById.shape, resource: ScimBody }), output: ScimUser, errors, access, audit: 'scim.patch-user',
    http: { method: 'PATCH', path: `${scimPath}/Users/:userId`, form },
  }),
  /** Deactivates the person and hides them from the provider; what they made and what is recorded of them stays. */
  deleteScimUser: request({
    subject: 'va.v1.users.rpc.scim-users.delete', input: write.extend(userById.shape), output: z.object({}), errors, access, audit: 'scim.delete-user',
    http: { method: 'DELETE', path: `${scimPath}/Users/:userId`, status: 204, form },
  }),
  listScimGroups: request({
    subject: 'va.v1.users.rpc.scim-groups.list', input: ScimQuery, output: scimListOf(ScimGroup), errors, access, audit: 'scim.list-groups',
    http: { method: 'GET', path: `${scimPath}/Groups`, form },
  }),
  readScimGroup: request({
    subject: 'va.v1.users.rpc.scim-groups.read', input: ScimSelection.extend(groupById.shape), output: ScimGroup, errors, access, audit: 'scim.read-group',
    http: { method: 'GET', path: `${scimPath}/Groups/:groupId`, form },
  }),
  createScimGroup: request({
    subject: 'va.v1.users.rpc.scim-groups.create', input: z.object({ resource: ScimBody }), output: ScimGroup, errors, access, audit: 'scim.create-group',
    http: { method: 'POST', path: `${scimPath}/Groups`, status: 201, form },
  }),
  replaceScimGroup: request({
    subject: 'va.v1.users.rpc.scim-groups.replace', input: write.extend({ ...groupById.shape, resource: ScimBody }), output: ScimGroup, errors, access, audit: 'scim.replace-group',
    http: { method: 'PUT', path: `${scimPath}/Groups/:groupId`, form },
  }),
  patchScimGroup: request({
    subject: 'va.v1.users.rpc.scim-groups.patch', input: write.extend({ ...groupById.shape, resource: ScimBody }), output: ScimGroup, errors, access, audit: 'scim.patch-group',
    http: { method: 'PATCH', path: `${scimPath}/Groups/:groupId`, form },
  }),
  /** Takes from its members the roles that it gave. */
  deleteScimGroup: request({
    subject: 'va.v1.users.rpc.scim-groups.delete', input: write.extend(groupById.shape), output: z.object({}), errors, access, audit: 'scim.delete-group',
    http: { method: 'DELETE', path: `${scimPath}/Groups/:groupId`, status: 204, form },
  }),
};
