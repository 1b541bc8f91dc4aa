import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Profile } from '../profiles/profile.entity.js';
import type { Columns } from './filter/filter-sql.js';
import type { ListSql } from './list-query.js';

export interface GroupRow {
  readonly groupId: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a person is, and in which groups by their keys. */
export type PersonInGroups = Pick<Profile, 'userId' | 'roles' | 'active'> & { readonly groups: string[] };

const rows = `SELECT g.group_id AS "groupId", g.display_name AS "displayName", g.external_id AS "externalId", g.created_at AS "createdAt", g.updated_at AS "updatedAt" FROM users.scim_group g`;
const member = { kind: 'member', sql: 'EXISTS (SELECT FROM users.scim_member m WHERE m.group_id = g.group_id AND m.user_id::text = ?)' } as const;

export const groupColumns: Columns = {
  id: { kind: 'exact', sql: 'g.group_id::text' },
  displayname: { kind: 'text', sql: 'g.display_name_key' },
  externalid: { kind: 'exact', sql: 'g.external_id' },
  members: member,
  'members.value': member,
  'meta.created': { kind: 'instant', sql: 'g.created_at' },
  'meta.lastmodified': { kind: 'instant', sql: 'g.updated_at' },
};

@Injectable()
export class ScimGroupsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list({ condition, window, parameters, countParameters }: ListSql): Promise<{ found: GroupRow[]; total: number }> {
    const found = await this.dataSource.query<GroupRow[]>(`${rows} WHERE ${condition} ${window}`, [...parameters]);
    const [{ total }] = await this.dataSource.query<[{ total: number }]>(`SELECT count(*)::int AS total FROM users.scim_group g WHERE ${condition}`, [...countParameters]);
    return { found, total };
  }

  async find(groupId: string, manager: EntityManager = this.dataSource.manager): Promise<GroupRow | null> {
    const [row] = await manager.query<GroupRow[]>(`${rows} WHERE g.group_id = $1`, [groupId]);
    return row ?? null;
  }

  /** Members by group, as many as `most` in all and one more. */
  async membersOf(groupIds: readonly string[], most: number, manager: EntityManager = this.dataSource.manager): Promise<Map<string, string[]>> {
    const found = await manager.query<{ group: string; user: string }[]>(
      'SELECT group_id AS "group", user_id AS "user" FROM users.scim_member WHERE group_id = ANY ($1::uuid[]) ORDER BY group_id, user_id LIMIT $2', [groupIds, most + 1],
    );
    const members = new Map<string, string[]>(groupIds.map((groupId) => [groupId, []]));
    for (const { group, user } of found) members.get(group)?.push(user);
    return members;
  }

  /** False when another group has the name. */
  async save(manager: EntityManager, { groupId, displayName, key, externalId }: { groupId: string; displayName: string; key: string; externalId: string | null }): Promise<boolean> {
    const others = await manager.query<unknown[]>('SELECT FROM users.scim_group WHERE display_name_key = $1 AND group_id <> $2', [key, groupId]);
    if (others.length > 0) return false;
    await manager.query(
      `INSERT INTO users.scim_group (group_id, display_name, display_name_key, external_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT (group_id) DO UPDATE SET display_name = excluded.display_name, display_name_key = excluded.display_name_key,
         external_id = excluded.external_id, updated_at = clock_timestamp()`,
      [groupId, displayName, key, externalId],
    );
    return true;
  }

  async add(manager: EntityManager, groupId: string, userIds: readonly string[]): Promise<void> {
    await manager.query('INSERT INTO users.scim_member (group_id, user_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING', [groupId, userIds]);
  }

  async take(manager: EntityManager, groupId: string, userIds: readonly string[]): Promise<void> {
    await manager.query('DELETE FROM users.scim_member WHERE group_id = $1 AND user_id = ANY ($2::uuid[])', [groupId, userIds]);
  }

  async delete(manager: EntityManager, groupId: string): Promise<void> {
    await manager.query('DELETE FROM users.scim_group WHERE group_id = $1', [groupId]);
  }

  people(manager: EntityManager, userIds: readonly string[]): Promise<PersonInGroups[]> {
    return manager.query(
      `SELECT p.user_id AS "userId", p.roles, p.active,
         ARRAY(SELECT g.display_name_key FROM users.scim_member m JOIN users.scim_group g USING (group_id) WHERE m.user_id = p.user_id) AS groups
       FROM users.profile p WHERE p.user_id = ANY ($1::uuid[]) ORDER BY p.user_id`,
      [userIds],
    );
  }
}
