import { Injectable } from '@nestjs/common';
import type { PageQuery, Role } from '@voiceassist/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { Profile } from './profile.entity.js';

export type NewProfile = Pick<Profile, 'userId' | 'email' | 'emailKey' | 'displayName' | 'roles'>;

@Injectable()
export class ProfilesRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  find(userId: string, manager: EntityManager = this.dataSource.manager): Promise<Profile | null> {
    return manager.findOneBy(Profile, { userId });
  }

  /** False when the id or the address is taken. */
  async insert(manager: EntityManager, profile: NewProfile): Promise<boolean> {
    const result = await manager.createQueryBuilder().insert().into(Profile).values({ ...profile, active: true })
      .orIgnore().returning('user_id').execute();
    return (result.raw as unknown[]).length > 0; // RETURNING yields only rows that were really inserted
  }

  async page({ page, pageSize }: PageQuery): Promise<readonly [Profile[], number]> {
    return this.dataSource.manager.findAndCount(Profile, {
      order: { createdAt: 'ASC', userId: 'ASC' }, skip: (page - 1) * pageSize, take: pageSize,
    });
  }

  async activeHolders(role: Role): Promise<string[]> {
    const rows = await this.dataSource.query<{ user_id: string }[]>('SELECT user_id FROM users.profile WHERE active AND $1 = ANY (roles) ORDER BY user_id', [role]);
    return rows.map(({ user_id: userId }) => userId);
  }

  async counts(): Promise<{ total: number; active: number }> {
    const [row] = await this.dataSource.query<[{ total: number; active: number }]>(
      'SELECT count(*)::int AS total, (count(*) FILTER (WHERE active))::int AS active FROM users.profile',
    );
    return row;
  }

  /** From here to the end of the transaction nobody else changes who may do what. */
  async lockAccess(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtext('users.access'))`);
  }

  async hasOtherAdministrator(manager: EntityManager, userId: string): Promise<boolean> {
    const [row] = await manager.query<[{ found: boolean }]>(
      `SELECT EXISTS (SELECT FROM users.profile WHERE active AND 'admin' = ANY (roles) AND user_id <> $1) AS found`, [userId],
    );
    return row.found;
  }
}
