import { Controller } from '@nestjs/common';
import { users, type ParsedInputOf } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { resourceTypes, schemas, serviceProviderConfig } from './discovery.js';
import { ScimGroups } from './scim-groups.service.js';
import { ScimUsers } from './scim-users.service.js';

/** Programs alone: a person in a session gives roles with a fresh second factor, which no identity provider can show. */
function assertProgram({ user }: Call): void {
  if (!user.scope) throw commonFailure('FORBIDDEN', 'Provisioning is for API keys of service accounts.');
}

@Controller()
export class ScimHandlers {
  constructor(
    private readonly people: ScimUsers,
    private readonly groups: ScimGroups,
  ) {}

  @Handles(users.readScimConfig)
  async readScimConfig() {
    return serviceProviderConfig;
  }

  @Handles(users.listScimSchemas)
  async listScimSchemas() {
    return schemas;
  }

  @Handles(users.listScimResourceTypes)
  async listScimResourceTypes() {
    return resourceTypes;
  }

  @Handles(users.listScimUsers)
  async listScimUsers(query: ParsedInputOf<typeof users.listScimUsers>, call: Call) {
    assertProgram(call);
    return this.people.list(query);
  }

  @Handles(users.readScimUser)
  async readScimUser({ userId, ...selection }: ParsedInputOf<typeof users.readScimUser>, call: Call) {
    assertProgram(call);
    return this.people.read(userId, selection);
  }

  @Handles(users.createScimUser)
  async createScimUser({ resource }: ParsedInputOf<typeof users.createScimUser>, call: Call) {
    assertProgram(call);
    return this.people.create(resource, call);
  }

  @Handles(users.replaceScimUser)
  async replaceScimUser({ userId, ifMatch, resource }: ParsedInputOf<typeof users.replaceScimUser>, call: Call) {
    assertProgram(call);
    return this.people.replace({ id: userId, ifMatch }, resource, call);
  }

  @Handles(users.patchScimUser)
  async patchScimUser({ userId, ifMatch, resource }: ParsedInputOf<typeof users.patchScimUser>, call: Call) {
    assertProgram(call);
    return this.people.patch({ id: userId, ifMatch }, resource, call);
  }

  @Handles(users.deleteScimUser)
  async deleteScimUser({ userId, ifMatch }: ParsedInputOf<typeof users.deleteScimUser>, call: Call) {
    assertProgram(call);
    await this.people.delete({ id: userId, ifMatch }, call);
    return {};
  }

  @Handles(users.listScimGroups)
  async listScimGroups(query: ParsedInputOf<typeof users.listScimGroups>, call: Call) {
    assertProgram(call);
    return this.groups.list(query);
  }

  @Handles(users.readScimGroup)
  async readScimGroup({ groupId, ...selection }: ParsedInputOf<typeof users.readScimGroup>, call: Call) {
    assertProgram(call);
    return this.groups.read(groupId, selection);
  }

  @Handles(users.createScimGroup)
  async createScimGroup({ resource }: ParsedInputOf<typeof users.createScimGroup>, call: Call) {
    assertProgram(call);
    return this.groups.create(resource, call);
  }

  @Handles(users.replaceScimGroup)
  async replaceScimGroup({ groupId, ifMatch, resource }: ParsedInputOf<typeof users.replaceScimGroup>, call: Call) {
    assertProgram(call);
    return this.groups.replace({ id: groupId, ifMatch }, resource, call);
  }

  @Handles(users.patchScimGroup)
  async patchScimGroup({ groupId, ifMatch, resource }: ParsedInputOf<typeof users.patchScimGroup>, call: Call) {
    assertProgram(call);
    return this.groups.patch({ id: groupId, ifMatch }, resource, call);
  }

  @Handles(users.deleteScimGroup)
  async deleteScimGroup({ groupId, ifMatch }: ParsedInputOf<typeof users.deleteScimGroup>, call: Call) {
    assertProgram(call);
    await this.groups.delete({ id: groupId, ifMatch }, call);
    return {};
  }
}
