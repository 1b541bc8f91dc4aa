import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type EntityManager } from 'typeorm';
import { Factor } from './factor.entity.js';

/** Second factors of people. Everything that counts uses is one conditional statement, so that replicas cannot both accept it. */
@Injectable()
export class FactorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Confirmed factors of a person, oldest first. */
  list(userId: string, manager: EntityManager = this.dataSource.manager): Promise<Factor[]> {
    return manager.find(Factor, { where: { userId, confirmedAt: Not(IsNull()) }, order: { createdAt: 'ASC' } });
  }

  /** An authenticator app that was begun and not confirmed. */
  findPending(userId: string, factorId: string): Promise<Factor | null> {
    return this.dataSource.manager.findOneBy(Factor, { userId, factorId, confirmedAt: IsNull() });
  }

  findByCredential(credentialId: string): Promise<Factor | null> {
    return this.dataSource.manager.findOneBy(Factor, { credentialId, confirmedAt: Not(IsNull()) });
  }

  /** Lets changes of one person's factors follow one another; holds until the transaction ends. */
  async lock(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('SELECT FROM auth.account WHERE user_id = $1 FOR UPDATE', [userId]);
  }

  async insert(manager: EntityManager, factor: Partial<Factor>): Promise<void> {
    await manager.insert(Factor, factor);
  }

  /** Begins an authenticator app anew; one that was begun before is forgotten. */
  async replacePending(factor: Partial<Factor> & Pick<Factor, 'userId'>): Promise<void> {
    await this.transaction(async (manager) => {
      await manager.delete(Factor, { userId: factor.userId, confirmedAt: IsNull() });
      await manager.insert(Factor, factor);
    });
  }

  /** False when it was confirmed or begun anew meanwhile. */
  async confirm(manager: EntityManager, { factorId, name, step, at }: { factorId: string; name: string; step: number; at: Date }): Promise<boolean> {
    const { affected } = await manager.update(Factor, { factorId, confirmedAt: IsNull() }, { name, confirmedAt: at, lastUsedAt: at, lastStep: String(step) });
    return affected === 1;
  }

  /** True for the first who shows a code of this time step; nobody after that may show it or an earlier one. */
  async takeStep(factorId: string, step: number): Promise<boolean> {
    const [, changed] = await this.dataSource.query<[unknown, number]>(
      `UPDATE auth.factor SET last_step = $2, last_used_at = clock_timestamp()
       WHERE factor_id = $1 AND confirmed_at IS NOT NULL AND (last_step IS NULL OR last_step < $2)`,
      [factorId, step],
    );
    return changed === 1;
  }

  /** True unless the counter went back, which a copied authenticator would show. Authenticators that do not count stay at zero. */
  async takeCounter(factorId: string, counter: number, backedUp: boolean): Promise<boolean> {
    const [, changed] = await this.dataSource.query<[unknown, number]>(
      `UPDATE auth.factor SET counter = $2, backed_up = $3, last_used_at = clock_timestamp()
       WHERE factor_id = $1 AND confirmed_at IS NOT NULL AND (counter < $2 OR (counter = 0 AND $2 = 0))`,
      [factorId, counter, backedUp],
    );
    return changed === 1;
  }

  async remove(manager: EntityManager, userId: string, factorId: string): Promise<boolean> {
    const { affected } = await manager.delete(Factor, { userId, factorId, confirmedAt: Not(IsNull()) });
    return affected === 1;
  }

  async removeAll(manager: EntityManager, userId: string): Promise<void> {
    await manager.delete(Factor, { userId });
  }

  /** Whether a session began not longer ago than that and is still live. */
  async wasOpenedWithin(sessionId: string, periodMs: number): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT FROM auth.session WHERE session_id = $1 AND ended_at IS NULL AND created_at > clock_timestamp() - make_interval(secs => $2)`, [sessionId, periodMs / 1_000],
    );
    return rows.length === 1;
  }

  async otherSessions(manager: EntityManager, userId: string, sessionId: string): Promise<string[]> {
    const rows = await manager.query<{ session_id: string }[]>(
      'SELECT session_id FROM auth.session WHERE user_id = $1 AND session_id <> $2 AND ended_at IS NULL', [userId, sessionId],
    );
    return rows.map(({ session_id: id }) => id);
  }

  /** Forgets authenticator apps that nobody finished to set up. */
  async forgetUnconfirmed(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.factor WHERE confirmed_at IS NULL AND created_at < clock_timestamp() - interval '1 day'`);
  }
}
