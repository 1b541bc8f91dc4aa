import { mostScimResults, scimPath, scimUrns } from '@voiceassist/contracts';
import SCIMMY from 'scimmy';
import { keptOfGroups } from './group-resource.js';
import { listResponse } from './list-query.js';
import { keptOfUsers } from './user-resource.js';

const ofSchema = 'urn:ietf:params:scim:schemas:core:2.0';

/** What of SCIM is spoken here. */
export const serviceProviderConfig = {
  schemas: [`${ofSchema}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostScimResults },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'API key', description: 'The API key of a service account, as a bearer token.', primary: true }],
  meta: { resourceType: 'ServiceProviderConfig', location: `${scimPath}/ServiceProviderConfig` },
};

const typeOf = (name: string, schema: string) => ({
  schemas: [`${ofSchema}:ResourceType`], id: name, name, endpoint: `/${name}s`, schema, schemaExtensions: [],
  meta: { resourceType: 'ResourceType', location: `${scimPath}/ResourceTypes/${name}` },
});

export const resourceTypes = listResponse([typeOf('User', scimUrns.user), typeOf('Group', scimUrns.group)], 2);

/** The schema of the standard, with the attributes that are kept. */
function described(definition: SCIMMY.Types.SchemaDefinition, kept: readonly string[]) {
  const { attributes, ...schema } = JSON.parse(JSON.stringify(definition.describe(`${scimPath}/Schemas`))) as { id: string; schemas: string[]; attributes: { name: string }[] }; // what the library describes
  return { ...schema, attributes: attributes.filter(({ name }) => kept.includes(name)) };
}

export const schemas = listResponse([
  described(SCIMMY.Schemas.User.definition, [...keptOfUsers, 'groups']),
  described(SCIMMY.Schemas.Group.definition, keptOfGroups),
], 2);
