import { Injectable } from '@nestjs/common';
import { Permission, type CustomRole } from '@voiceassist/contracts';
import { DataSource, In, type EntityManager } from 'typeorm';
import type { Profile } from '../profiles/profile.entity.js';
import { CustomRoleRow } from './custom-role.entity.js';

const listed = `
  SELECT r.role_id AS "roleId", r.name, r.description, r.permissions,
    (SELECT count(*)::int FROM users.profile p WHERE r.role_id = ANY (p.custom_role_ids)) AS holders
  FROM users.custom_role r`;

@Injectable()
export class CustomRolesRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  list(): Promise<CustomRole[]> {
    return this.dataSource.query<CustomRole[]>(`${listed} ORDER BY lower(r.name)`);
  }

  async find(roleId: string, manager: EntityManager = this.dataSource.manager): Promise<CustomRole | null> {
    const [row] = await manager.query<CustomRole[]>(`${listed} WHERE r.role_id = $1`, [roleId]);
    return row ?? null;
  }

  /** What these roles give together; a permission that the house does not know any more gives nothing. */
  async permissionsOf(roleIds: readonly string[], manager: EntityManager = this.dataSource.manager): Promise<Permission[]> {
    if (roleIds.length === 0) return [];
    const roles = await manager.findBy(CustomRoleRow, { roleId: In([...roleIds]) });
    const names = new Set(roles.flatMap(({ permissions }) => permissions));
    return [...names].filter((name) => Permission.safeParse(name).success);
  }

  /** Writes a new role or a changed one; false when another role has the name. */
  async save(manager: EntityManager, { roleId, name, description, permissions }: CustomRoleRow): Promise<boolean> {
    const taken = await manager.query<unknown[]>('SELECT FROM users.custom_role WHERE lower(name) = lower($1) AND role_id <> $2', [name, roleId]);
    if (taken.length > 0) return false;
    await manager.upsert(CustomRoleRow, { roleId, name, description, permissions }, ['roleId']);
    return true;
  }

  /** Deletes the role and takes it from its holders. */
  async delete(manager: EntityManager, roleId: string): Promise<void> {
    await manager.query('UPDATE users.profile SET custom_role_ids = array_remove(custom_role_ids, $1) WHERE $1 = ANY (custom_role_ids)', [roleId]);
    await manager.delete(CustomRoleRow, { roleId });
  }

  holders(manager: EntityManager, roleId: string): Promise<Pick<Profile, 'userId' | 'roles' | 'active'>[]> {
    return manager.query(`SELECT user_id AS "userId", roles, active FROM users.profile WHERE $1 = ANY (custom_role_ids)`, [roleId]);
  }

  /** Whether all of them exist, and go on existing until the end of the transaction. */
  async allExist(manager: EntityManager, roleIds: readonly string[]): Promise<boolean> {
    const found = await manager.query<unknown[]>('SELECT FROM users.custom_role WHERE role_id = ANY ($1::uuid[]) FOR SHARE', [roleIds]);
    return found.length === roleIds.length;
  }
}
