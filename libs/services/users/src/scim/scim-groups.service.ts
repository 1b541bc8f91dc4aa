import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OutputOf, ScimBody, ScimGroup, ScimQuery, ScimSelection, users } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { noteChange, noteForAudit } from '@voiceassist/messaging';
import SCIMMY from 'scimmy';
import type { EntityManager } from 'typeorm';
import { AccessService } from '../access/access.service.js';
import { ProfilesRepository } from '../profiles/profiles.repository.js';
import { groupKeyOf, rolesIn } from './group-roles.js';
import { changedMembers, type GroupFields, keptOfGroups, mostMembers, readGroup, showGroup } from './group-resource.js';
import { listResponse, listSql } from './list-query.js';
import { operationsIn, patched } from './patch.js';
import { scimFailure } from './scim-failure.js';
import { groupColumns, type GroupRow, ScimGroupsRepository } from './scim-groups.repository.js';
import { ScimUsersRepository } from './scim-users.repository.js';
import type { Write } from './scim-users.service.js';
import { ScimConfig } from './scim.config.js';
import { isSelected, selected } from './selection.js';
import { assertVersion } from './version.js';

/** Groups of an identity provider, and the roles that they give. */
@Injectable()
export class ScimGroups {
  constructor(
    private readonly repository: ScimGroupsRepository,
    private readonly people: ScimUsersRepository,
    private readonly profiles: ProfilesRepository,
    private readonly access: AccessService,
    private readonly config: ScimConfig,
  ) {}

  async list(query: ScimQuery): Promise<OutputOf<typeof users.listScimGroups>> {
    const sql = listSql(query, groupColumns, 'g.created_at, g.group_id');
    const { found, total } = await this.repository.list(sql);
    const members = isSelected('members', query) ? await this.repository.membersOf(found.map(({ groupId }) => groupId), mostMembers) : undefined;
    const count = [...(members?.values() ?? [])].reduce((sum, list) => sum + list.length, 0);
    if (count > mostMembers) throw scimFailure('SCIM_TOO_MANY', 'These groups have too many members for one answer: ask for fewer groups, or with excludedAttributes=members.');
    return listResponse(found.map((row) => selected(showGroup(row, members?.get(row.groupId)), query)), total, sql.startIndex);
  }

  async read(groupId: string, selection: ScimSelection): Promise<ScimGroup> {
    const row = await this.get(groupId);
    const members = isSelected('members', selection) ? await this.membersOf(groupId) : undefined;
    return selected(showGroup(row, members), selection);
  }

  create(body: ScimBody, call: Call): Promise<ScimGroup> {
    const fields = readGroup(body);
    const groupId = randomUUID();
    noteForAudit(call, { subjects: { groupId } });
    return this.changing((manager) => this.store(manager, { groupId, fields, members: [], renamed: false }, call));
  }

  replace({ id, ifMatch }: Write, body: ScimBody, call: Call): Promise<ScimGroup> {
    const fields = readGroup(body);
    return this.changing(async (manager) => {
      const row = await this.getVersion(id, ifMatch, manager);
      return this.change(manager, { row, fields, members: await this.membersOf(id, manager) }, call);
    });
  }

  patch({ id, ifMatch }: Write, body: ScimBody, call: Call): Promise<ScimGroup> {
    return this.changing(async (manager) => {
      const row = await this.getVersion(id, ifMatch, manager);
      const members = await this.membersOf(id, manager);
      const operations = operationsIn(body, keptOfGroups);
      const changed = await patched(new SCIMMY.Schemas.Group(showGroup(row), 'out'), operations.filter(({ path }) => path !== 'members'));
      const resource = JSON.parse(JSON.stringify(changed)) as ScimBody; // what a resource is in JSON
      const fields = { ...readGroup(resource), members: changedMembers(members, operations) };
      return this.change(manager, { row, fields, members }, call);
    });
  }

  async delete({ id, ifMatch }: Write, call: Call): Promise<void> {
    await this.changing(async (manager) => {
      await this.getVersion(id, ifMatch, manager);
      const members = await this.membersOf(id, manager);
      await this.repository.delete(manager, id);
      await this.giveRoles(manager, members, call);
    });
  }

  private async change(manager: EntityManager, { row, fields, members }: { row: GroupRow; fields: GroupFields; members: readonly string[] }, call: Call): Promise<ScimGroup> {
    const after = await this.store(manager, { groupId: row.groupId, fields, members, renamed: isRenamed(row, fields) }, call);
    noteChange(call, { before: showGroup(row, [...members]), after });
    return after;
  }

  /** Writes the group; whoever came, went, or is in a group of a new name gets the roles that follow from it. */
  private async store(manager: EntityManager, { groupId, fields, members, renamed }: { groupId: string; fields: GroupFields; members: readonly string[]; renamed: boolean }, call: Call): Promise<ScimGroup> {
    const { displayName, externalId } = fields;
    if (!(await this.repository.save(manager, { groupId, displayName, key: groupKeyOf(displayName), externalId }))) {
      throw scimFailure('SCIM_UNIQUENESS', 'There is a group of that name already.');
    }
    const [before, after] = [new Set(members), new Set(fields.members)];
    const come = fields.members.filter((userId) => !before.has(userId));
    const gone = members.filter((userId) => !after.has(userId));
    if ((await this.people.known(manager, come)).length < come.length) throw scimFailure('SCIM_INVALID_VALUE', 'A member is nobody who is known here.');
    if (come.length > 0) await this.repository.add(manager, groupId, come);
    if (gone.length > 0) await this.repository.take(manager, groupId, gone);
    await this.giveRoles(manager, renamed ? [...new Set([...members, ...come])] : [...come, ...gone], call);
    return showGroup(await this.get(groupId, manager), await this.membersOf(groupId, manager));
  }

  private async giveRoles(manager: EntityManager, userIds: readonly string[], call: Call): Promise<void> {
    if (userIds.length === 0) return;
    for (const { userId, roles, active, groups } of await this.repository.people(manager, userIds)) {
      const next = rolesIn(groups, roles, this.config.SCIM_GROUP_ROLES);
      if (next.length === roles.length && next.every((role) => roles.includes(role))) continue;
      const profile = await this.profiles.find(userId, manager);
      if (profile) await this.access.apply(manager, { profile, change: { roles: next, active } }, call);
    }
  }

  private changing<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      return change(manager);
    });
  }

  private async getVersion(groupId: string, ifMatch: string | undefined, manager: EntityManager): Promise<GroupRow> {
    const row = await this.get(groupId, manager);
    assertVersion(ifMatch, showGroup(row).meta?.version ?? '');
    return row;
  }

  private async get(groupId: string, manager?: EntityManager): Promise<GroupRow> {
    const row = await this.repository.find(groupId, manager);
    if (!row) throw scimFailure('GROUP_NOT_FOUND', 'There is no such group.');
    return row;
  }

  private async membersOf(groupId: string, manager?: EntityManager): Promise<string[]> {
    return (await this.repository.membersOf([groupId], mostMembers, manager)).get(groupId) ?? [];
  }
}

const isRenamed = ({ displayName }: GroupRow, fields: GroupFields): boolean => groupKeyOf(displayName) !== groupKeyOf(fields.displayName);
