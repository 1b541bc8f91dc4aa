import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Like, MoreThan, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { RevocationsRepository } from '../revocations/revocations.repository.js';
import { Session } from '../sessions/session.entity.js';
import { ApiKeyRow } from './api-key.entity.js';

export interface ApiKeyFilter {
  readonly ownerId?: string;
  readonly prefix?: string;
}

const mostListed = 500;

@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly revocations: RevocationsRepository,
  ) {}

  /** Runs the work while nothing can end that session and the keys of its owner; null when it has ended already. */
  whileLive<T>({ userId, sessionId }: { userId: string; sessionId: string }, work: (manager: EntityManager) => Promise<T>): Promise<T | null> {
    return this.dataSource.transaction(async (manager) => {
      // whatever ends sessions and keys of a person moves the epoch of the account first, and waits here
      await manager.query('SELECT FROM auth.account WHERE user_id = $1 FOR SHARE', [userId]);
      return (await manager.existsBy(Session, { sessionId, userId, endedAt: IsNull() })) ? work(manager) : null;
    });
  }

  async insert(manager: EntityManager, key: Omit<ApiKeyRow, 'lastUsedAt' | 'revokedAt'>): Promise<void> {
    await manager.insert(ApiKeyRow, key);
  }

  findByPrefix(prefix: string): Promise<ApiKeyRow | null> {
    return this.dataSource.manager.findOneBy(ApiKeyRow, { ...usable(), prefix });
  }

  /** Keys that can be used, the newest first. */
  list({ ownerId, prefix }: ApiKeyFilter): Promise<ApiKeyRow[]> {
    // the characters that LIKE takes for others cannot stand in a prefix, apart from the underscore
    const beginning = prefix?.replace(/[^a-z0-9_]/g, '').replaceAll('_', String.raw`\_`);
    const where = { ...usable(), ...(ownerId !== undefined && { ownerId }), ...(beginning !== undefined && { prefix: Like(`${beginning}%`) }) };
    return this.dataSource.manager.find(ApiKeyRow, { where, order: { createdAt: 'DESC' }, take: mostListed });
  }

  countOf(ownerId: string): Promise<number> {
    return this.dataSource.manager.countBy(ApiKeyRow, { ...usable(), ownerId });
  }

  /** To the minute, so that a busy key does not write with every request. */
  async noteUse(keyId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE auth.api_key SET last_used_at = clock_timestamp()
       WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`,
      [keyId],
    );
  }

  /** Revokes one key, of that owner where one is given; false when there is none that could be used. */
  async revoke(which: { keyId: string; ownerId?: string }): Promise<boolean> {
    return (await this.dataSource.transaction((manager) => this.revokeWhere(manager, which))) > 0;
  }

  /** Revokes every key of a person; part of what ends sessions. */
  async revokeAllOf(manager: EntityManager, ownerId: string): Promise<void> {
    await this.revokeWhere(manager, { ownerId });
  }

  /** Deletes keys that ended a quarter of a year ago. */
  async forgetEnded(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.api_key WHERE least(expires_at, coalesce(revoked_at, expires_at)) < clock_timestamp() - interval '90 days'`);
  }

  /** A key is told as revoked like a session, under its own id: streams and sockets that it opened end too. */
  private async revokeWhere(manager: EntityManager, which: FindOptionsWhere<ApiKeyRow>): Promise<number> {
    const keys = await manager.find(ApiKeyRow, { where: { ...which, revokedAt: IsNull() }, order: { keyId: 'ASC' }, lock: { mode: 'pessimistic_write' } });
    const keyIds = keys.map(({ keyId }) => keyId);
    if (keyIds.length === 0) return 0;
    await manager.update(ApiKeyRow, { keyId: In(keyIds) }, { revokedAt: new Date() });
    await this.revocations.add(manager, keyIds);
    return keyIds.length;
  }
}

const usable = () => ({ revokedAt: IsNull(), expiresAt: MoreThan(new Date()) });
