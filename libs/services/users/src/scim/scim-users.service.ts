import { Injectable } from '@nestjs/common';
import { auth, type OutputOf, type ScimBody, type ScimQuery, type ScimSelection, type ScimUser, type users } from '@voiceassist/contracts';
import { AppError, type Call } from '@voiceassist/kit';
import { Bus, noteChange, noteForAudit } from '@voiceassist/messaging';
import SCIMMY from 'scimmy';
import type { EntityManager } from 'typeorm';
import { AccessService } from '../access/access.service.js';
import { emailKeyOf } from '../profiles/email-key.js';
import { Profile } from '../profiles/profile.entity.js';
import { ProfilesRepository } from '../profiles/profiles.repository.js';
import { heldByHand, rolesIn } from './group-roles.js';
import { listResponse, listSql } from './list-query.js';
import { operationsIn, patched } from './patch.js';
import { scimFailure } from './scim-failure.js';
import { ScimConfig } from './scim.config.js';
import { ScimUsersRepository, userColumns, type UserRow } from './scim-users.repository.js';
import { selected } from './selection.js';
import { keptOfUsers, readUser, showUser, type UserFields } from './user-resource.js';
import { assertVersion, isAnyVersion } from './version.js';

export interface Write {
  readonly id: string;
  readonly ifMatch?: string | undefined;
}

interface Storing {
  readonly fields: UserFields & { readonly active: boolean };
  /** Fails where the row, as it is at the moment of writing, must not be written. */
  readonly assertMay?: (now: UserRow) => void;
}

/** Changes of one person at the same moment are rare; so many in a row hardly ever happen. */
const mostTries = 5;

const keysOf = ({ userName, email }: Pick<UserFields, 'userName' | 'email'>) => ({ userNameKey: emailKeyOf(userName), emailKey: emailKeyOf(email) });
const asUsers = (call: Call) => call.with({ actor: { type: 'service', service: 'users' } });

/** People as identity providers keep them. */
@Injectable()
export class ScimUsers {
  constructor(
    private readonly repository: ScimUsersRepository,
    private readonly profiles: ProfilesRepository,
    private readonly access: AccessService,
    private readonly config: ScimConfig,
    private readonly bus: Bus,
  ) {}

  async list(query: ScimQuery): Promise<OutputOf<typeof users.listScimUsers>> {
    const sql = listSql(query, userColumns, 'p.created_at, p.user_id');
    const { found, total } = await this.repository.list(sql);
    return listResponse(found.map((row) => selected(showUser(row), query)), total, sql.startIndex);
  }

  async read(userId: string, selection: ScimSelection): Promise<ScimUser> {
    return selected(showUser(await this.get(userId)), selection);
  }

  /** What was interrupted can be repeated: the name is written down before the account is asked for. */
  async create(body: ScimBody, call: Call): Promise<ScimUser> {
    const fields = readUser(body);
    const userId = (await this.formerOrBegun(fields)) ?? (await this.makeAccount(fields, call));
    noteForAudit(call, { subjects: { userId } });
    await this.moveAddress(userId, fields, call);
    return this.store(userId, { fields: { ...fields, active: fields.active ?? true } }, call);
  }

  async replace({ id, ifMatch }: Write, body: ScimBody, call: Call): Promise<ScimUser> {
    const row = await this.get(id);
    return this.change({ row, ifMatch, fields: readUser(body) }, call);
  }

  /** Without a version of its own the change is made upon whatever there is: somebody who wrote meanwhile loses nothing. */
  async patch(write: Write, body: ScimBody, call: Call): Promise<ScimUser> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.patchOnce(write, body, call);
      } catch (error) {
        const isOvertaken = error instanceof AppError && error.code === 'SCIM_VERSION_MISMATCH' && isAnyVersion(write.ifMatch);
        if (!isOvertaken || tries >= mostTries) throw error;
      }
    }
  }

  private async patchOnce({ id, ifMatch }: Write, body: ScimBody, call: Call): Promise<ScimUser> {
    const row = await this.get(id);
    assertVersion(ifMatch, versionOfRow(row));
    const changed = await patched(new SCIMMY.Schemas.User(showUser(row), 'out'), operationsIn(body, keptOfUsers));
    const fields = readUser(JSON.parse(JSON.stringify(changed)) as ScimBody); // what a resource is in JSON
    return this.change({ row, ifMatch: versionOfRow(row), fields: withFollowingAddress(row, fields) }, call);
  }

  async delete({ id, ifMatch }: Write, call: Call): Promise<void> {
    await this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      const row = await this.get(id, manager);
      assertVersion(ifMatch, versionOfRow(row));
      const profile = await this.profileOf(id, manager);
      await this.access.apply(manager, { profile, change: { active: false, roles: rolesIn([], profile.roles, this.config.SCIM_GROUP_ROLES) } }, call);
      await this.repository.remove(manager, { userId: id, userName: row.userName, userNameKey: emailKeyOf(row.userName) });
    });
  }

  /** What the row must be like is asked before anything is done, and again where it is written: `auth` is asked in between. */
  private async change({ row, ifMatch, fields }: { row: UserRow; ifMatch?: string; fields: UserFields }, call: Call): Promise<ScimUser> {
    const { userId } = row;
    const assertMay = (now: UserRow) => {
      assertVersion(ifMatch, versionOfRow(now));
      const moves = emailKeyOf(fields.email) !== now.emailKey || emailKeyOf(fields.userName) !== emailKeyOf(now.userName);
      if (moves || (fields.active && !now.active)) this.assertInReach(now);
    };
    assertMay(row);
    await this.assertFree(userId, fields);
    await this.moveAddress(userId, fields, call);
    try {
      const after = await this.store(userId, { fields: { ...fields, active: fields.active ?? row.active }, assertMay }, call);
      noteChange(call, { before: showUser(row), after });
      return after;
    } catch (error) {
      if (emailKeyOf(fields.email) !== row.emailKey) await this.restoreAddress(userId, call);
      throw error;
    }
  }

  /** Writes everything in one transaction; ends sessions where roles or activity change. */
  private async store(userId: string, { fields, assertMay }: Storing, call: Call): Promise<ScimUser> {
    return this.profiles.transaction(async (manager) => {
      await this.profiles.lockAccess(manager);
      assertMay?.(await this.get(userId, manager));
      await this.assertFree(userId, fields, manager);
      const profile = await this.profileOf(userId, manager);
      const { email, displayName, active } = fields;
      await manager.update(Profile, { userId }, { email, emailKey: emailKeyOf(email), displayName });
      await this.repository.save(manager, { userId, ...fields, ...keysOf(fields) });
      await this.access.apply(manager, { profile, change: { active } }, call);
      await this.repository.endCreation(manager, emailKeyOf(fields.userName));
      return showUser(await this.get(userId, manager));
    });
  }

  /** Somebody whom the provider deleted before, or whose creation was interrupted. */
  private async formerOrBegun(fields: UserFields): Promise<string | undefined> {
    const keys = keysOf(fields);
    const [holder, another] = await this.repository.holders(keys);
    if (!holder) return undefined;
    const mayTakeUp = !another && (holder.hidden ? !holder.roles.includes('service') : await this.repository.isBegun(keys.userNameKey, keys.emailKey));
    if (!mayTakeUp) throw taken();
    if (holder.hidden) this.assertInReach(holder);
    return holder.userId;
  }

  private async makeAccount(fields: UserFields, call: Call): Promise<string> {
    const { userNameKey, emailKey } = keysOf(fields);
    await this.repository.beginCreation(userNameKey, emailKey);
    const invite = this.config.SCIM_INVITATIONS === 'sent' && fields.active !== false;
    try {
      const { email, displayName } = fields;
      return (await this.bus.client(auth).provisionAccount({ email, displayName, roles: ['viewer'], invite }, asUsers(call))).userId;
    } catch (error) {
      throw isTaken(error) ? taken() : error;
    }
  }

  /** `auth` first: the address at sign-in is the one that must not be held twice. */
  private async moveAddress(userId: string, { email }: UserFields, call: Call): Promise<void> {
    if (emailKeyOf((await this.profileOf(userId)).email) === emailKeyOf(email)) return;
    try {
      await this.bus.client(auth).changeAddress({ userId, email }, asUsers(call));
    } catch (error) {
      throw isTaken(error) ? taken() : error;
    }
  }

  /** What could not be written here must not hold at sign-in. */
  private async restoreAddress(userId: string, call: Call): Promise<void> {
    const { email } = await this.profileOf(userId);
    await this.bus.client(auth).changeAddress({ userId, email }, asUsers(call));
  }

  private async assertFree(userId: string, fields: UserFields, manager?: EntityManager): Promise<void> {
    const holders = await this.repository.holders(keysOf(fields), manager);
    if (holders.some((holder) => holder.userId !== userId)) throw taken();
  }

  private assertInReach({ roles, customRoleIds }: Pick<UserRow, 'roles' | 'customRoleIds'>): void {
    if (customRoleIds.length === 0 && !heldByHand(roles, this.config.SCIM_GROUP_ROLES)) return;
    throw scimFailure('SCIM_KEPT_BY_HAND', 'This person holds a role that no group gives: names, addresses and activation are changed by an administrator. Deactivating is possible.');
  }

  private async get(userId: string, manager?: EntityManager): Promise<UserRow> {
    const row = await this.repository.find(userId, manager);
    if (!row) throw scimFailure('USER_NOT_FOUND', 'There is no such person.');
    return row;
  }

  private async profileOf(userId: string, manager?: EntityManager): Promise<Profile> {
    const profile = await this.profiles.find(userId, manager);
    if (!profile) throw scimFailure('USER_NOT_FOUND', 'There is no such person.');
    return profile;
  }
}

const taken = () => scimFailure('SCIM_UNIQUENESS', 'Somebody has this userName or e-mail address already.');
const isTaken = (error: unknown) => error instanceof AppError && error.code === 'EMAIL_TAKEN';
const versionOfRow = (row: UserRow): string => showUser(row).meta?.version ?? '';

/** Where the name was the address, a new name is the new address, unless another one was said. */
function withFollowingAddress(row: UserRow, fields: UserFields): UserFields {
  const follows = emailKeyOf(row.userName) === row.emailKey && emailKeyOf(fields.email) === row.emailKey;
  return follows && fields.userName.includes('@') ? { ...fields, email: fields.userName } : fields;
}
