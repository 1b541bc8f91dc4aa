import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { FederatedIdentity } from './identity.entity.js';

@Injectable()
export class IdentitiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  find(issuer: string, subject: string): Promise<FederatedIdentity | null> {
    return this.dataSource.manager.findOneBy(FederatedIdentity, { issuer, subject });
  }

  findById(identityId: string): Promise<FederatedIdentity | null> {
    return this.dataSource.manager.findOneBy(FederatedIdentity, { identityId });
  }

  list(userId: string): Promise<FederatedIdentity[]> {
    return this.dataSource.manager.find(FederatedIdentity, { where: { userId }, order: { linkedAt: 'ASC' } });
  }

  /** False when the identity belongs to an account already. */
  async insert(manager: EntityManager, identity: FederatedIdentity): Promise<boolean> {
    const result = await manager.createQueryBuilder().insert().into(FederatedIdentity).values(identity).orIgnore().returning('identity_id').execute();
    return (result.raw as unknown[]).length > 0; // RETURNING yields only rows that were really inserted
  }

  async noteUse(identityId: string): Promise<void> {
    await this.dataSource.manager.update(FederatedIdentity, { identityId }, { lastUsedAt: new Date() });
  }

  async delete(manager: EntityManager, identityId: string): Promise<void> {
    await manager.delete(FederatedIdentity, { identityId });
  }

  /** Live sessions that this identity opened: all, or those of one session at the provider. */
  async sessionsOf(manager: EntityManager, identityId: string, providerSession?: string): Promise<string[]> {
    const rows = await manager.query<{ session_id: string }[]>(
      'SELECT session_id FROM auth.session WHERE ended_at IS NULL AND identity_id = $1 AND ($2::text IS NULL OR provider_session = $2)',
      [identityId, providerSession ?? null],
    );
    return rows.map(({ session_id: sessionId }) => sessionId);
  }

  /** The same of whoever has that session at this provider, when it does not say who. */
  async sessionsAt(manager: EntityManager, issuer: string, providerSession: string): Promise<string[]> {
    const rows = await manager.query<{ session_id: string }[]>(
      `SELECT s.session_id FROM auth.session AS s JOIN auth.federated_identity AS i USING (identity_id)
       WHERE s.ended_at IS NULL AND i.issuer = $1 AND s.provider_session = $2`,
      [issuer, providerSession],
    );
    return rows.map(({ session_id: sessionId }) => sessionId);
  }

  /** Through which identity a session was opened. */
  async openerOf(sessionId: string): Promise<FederatedIdentity | null> {
    const [row] = await this.dataSource.query<{ identity_id: string | null }[]>('SELECT identity_id FROM auth.session WHERE session_id = $1', [sessionId]);
    return row?.identity_id ? this.findById(row.identity_id) : null;
  }
}
