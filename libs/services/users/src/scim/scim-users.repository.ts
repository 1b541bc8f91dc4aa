import { Injectable } from '@nestjs/common';
import type { Role } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import type { Columns } from './filter/filter-sql.js';
import type { ListSql } from './list-query.js';

/** A person as identity providers see one. */
export interface UserRow {
  readonly userId: string;
  readonly userName: string;
  readonly email: string;
  readonly emailKey: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly active: boolean;
  readonly roles: Role[];
  readonly customRoleIds: string[];
  readonly groups: { value: string; display: string }[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ProvisionedFields {
  readonly userId: string;
  readonly userName: string;
  readonly userNameKey: string;
  readonly externalId: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** Service accounts are no people; whom the provider deleted is gone for it until it makes them again or somebody here does. */
const visible = `NOT ('service' = ANY (p.roles)) AND (p.active OR s.removed_at IS NULL)`;
const from = 'FROM users.profile p LEFT JOIN users.scim_user s USING (user_id)';
const userName = 'coalesce(s.user_name_key, p.email_key)';
const rows = `
  SELECT p.user_id AS "userId", coalesce(s.user_name, p.email) AS "userName", p.email, p.email_key AS "emailKey", p.display_name AS "displayName",
    s.external_id AS "externalId", s.given_name AS "givenName", s.family_name AS "familyName", p.active, p.roles, p.custom_role_ids AS "customRoleIds",
    coalesce((SELECT json_agg(json_build_object('value', g.group_id, 'display', g.display_name) ORDER BY g.display_name_key)
      FROM users.scim_member m JOIN users.scim_group g USING (group_id) WHERE m.user_id = p.user_id), '[]'::json) AS groups,
    p.created_at AS "createdAt", greatest(p.updated_at, s.updated_at) AS "updatedAt"
  ${from}`;

const email = { kind: 'text', sql: 'p.email_key' } as const;

export const userColumns: Columns = {
  id: { kind: 'exact', sql: 'p.user_id::text' },
  username: { kind: 'text', sql: userName },
  externalid: { kind: 'exact', sql: 's.external_id' },
  displayname: { kind: 'text', sql: 'lower(p.display_name)' },
  'name.givenname': { kind: 'text', sql: 'lower(s.given_name)' },
  'name.familyname': { kind: 'text', sql: 'lower(s.family_name)' },
  active: { kind: 'boolean', sql: 'p.active' },
  emails: email,
  'emails.value': email,
  'emails.type': { kind: 'text', sql: `'work'::text` },
  'meta.created': { kind: 'instant', sql: 'p.created_at' },
  'meta.lastmodified': { kind: 'instant', sql: 'greatest(p.updated_at, s.updated_at)' },
};

/** An interrupted creation can be finished for so long. */
const creationLasts = `interval '1 hour'`;

@Injectable()
export class ScimUsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list({ condition, window, parameters, countParameters }: ListSql): Promise<{ found: UserRow[]; total: number }> {
    const found = await this.dataSource.query<UserRow[]>(`${rows} WHERE ${visible} AND ${condition} ${window}`, [...parameters]);
    const [{ total }] = await this.dataSource.query<[{ total: number }]>(`SELECT count(*)::int AS total ${from} WHERE ${visible} AND ${condition}`, [...countParameters]);
    return { found, total };
  }

  async find(userId: string, manager: EntityManager = this.dataSource.manager): Promise<UserRow | null> {
    const [row] = await manager.query<UserRow[]>(`${rows} WHERE ${visible} AND p.user_id = $1`, [userId]);
    return row ?? null;
  }

  /** Everybody who stands in the way of such a name or address, hidden or not. */
  holders({ userNameKey, emailKey }: { userNameKey: string; emailKey: string }, manager: EntityManager = this.dataSource.manager): Promise<(UserRow & { hidden: boolean })[]> {
    return manager.query(
      `SELECT r.*, NOT r.seen AS hidden FROM (${rows.replace('SELECT', `SELECT (${visible}) AS seen,`)} WHERE ${userName} = $1 OR p.email_key = $2) r`,
      [userNameKey, emailKey],
    );
  }

  /** Writes down that a creation is under way, so that whatever interrupts it can be repeated. */
  async beginCreation(userNameKey: string, emailKey: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO users.scim_creation (user_name_key, email_key) VALUES ($1, $2)
       ON CONFLICT (user_name_key) DO UPDATE SET email_key = excluded.email_key, begun_at = clock_timestamp()`, [userNameKey, emailKey],
    );
  }

  async isBegun(userNameKey: string, emailKey: string): Promise<boolean> {
    const found = await this.dataSource.query<unknown[]>(
      `SELECT FROM users.scim_creation WHERE user_name_key = $1 AND email_key = $2 AND begun_at > clock_timestamp() - ${creationLasts}`, [userNameKey, emailKey],
    );
    return found.length > 0;
  }

  async endCreation(manager: EntityManager, userNameKey: string): Promise<void> {
    await manager.query(`DELETE FROM users.scim_creation WHERE user_name_key = $1 OR begun_at < clock_timestamp() - ${creationLasts}`, [userNameKey]);
  }

  /** Keeps what the provider says of a person, who is visible from then on. */
  async save(manager: EntityManager, { userId, userName: name, userNameKey, externalId, givenName, familyName }: ProvisionedFields): Promise<void> {
    await manager.query(
      `INSERT INTO users.scim_user (user_id, user_name, user_name_key, external_id, given_name, family_name) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (user_id) DO UPDATE SET user_name = excluded.user_name, user_name_key = excluded.user_name_key, external_id = excluded.external_id,
         given_name = excluded.given_name, family_name = excluded.family_name, removed_at = NULL, updated_at = clock_timestamp()`,
      [userId, name, userNameKey, externalId, givenName, familyName],
    );
  }

  /** Hides the person from the provider while inactive, and takes them out of every group. */
  async remove(manager: EntityManager, { userId, userName: name, userNameKey }: Pick<ProvisionedFields, 'userId' | 'userName' | 'userNameKey'>): Promise<void> {
    await manager.query(
      `INSERT INTO users.scim_user (user_id, user_name, user_name_key, removed_at) VALUES ($1, $2, $3, clock_timestamp())
       ON CONFLICT (user_id) DO UPDATE SET removed_at = clock_timestamp(), updated_at = clock_timestamp()`, [userId, name, userNameKey],
    );
    await manager.query('DELETE FROM users.scim_member WHERE user_id = $1', [userId]);
  }

  /** Which of these are people that a provider can see. */
  async known(manager: EntityManager, userIds: readonly string[]): Promise<string[]> {
    const found = await manager.query<{ id: string }[]>(`SELECT p.user_id AS id ${from} WHERE ${visible} AND p.user_id = ANY ($1::uuid[])`, [userIds]);
    return found.map(({ id }) => id);
  }
}
