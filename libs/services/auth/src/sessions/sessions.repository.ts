import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { RevocationsRepository } from '../revocations/revocations.repository.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session, type EndReason } from './session.entity.js';

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly revocations: RevocationsRepository,
  ) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** The session a refresh token was issued to, whatever became of either. */
  async findByToken(tokenHash: Buffer): Promise<Session | null> {
    const token = await this.dataSource.manager.findOneBy(RefreshToken, { tokenHash });
    return token && this.dataSource.manager.findOneBy(Session, { sessionId: token.sessionId });
  }

  async insert(manager: EntityManager, session: Omit<Session, 'endedAt' | 'endReason'>, tokenHash: Buffer): Promise<void> {
    await manager.insert(Session, session);
    await manager.insert(RefreshToken, { tokenHash, sessionId: session.sessionId, issuedAt: session.createdAt });
  }

  /** Reads session and token while nobody else can trade a token of the same session. */
  async lock(manager: EntityManager, sessionId: string, tokenHash: Buffer): Promise<{ session: Session; token: RefreshToken } | null> {
    const session = await manager.findOne(Session, { where: { sessionId }, lock: { mode: 'pessimistic_write' } });
    const token = await manager.findOneBy(RefreshToken, { tokenHash }); // read after the lock, so that a trade just committed is seen
    return session && token && { session, token };
  }

  async rotate(manager: EntityManager, { token, next, at }: { token: RefreshToken; next: Buffer; at: Date }): Promise<void> {
    await manager.update(RefreshToken, { tokenHash: token.tokenHash }, { usedAt: at });
    await manager.insert(RefreshToken, { tokenHash: next, sessionId: token.sessionId, issuedAt: at });
    await manager.update(Session, { sessionId: token.sessionId }, { refreshedAt: at });
  }

  /** Ends one session and revokes its access tokens; nothing happens when it has ended already. */
  async end(manager: EntityManager, sessionId: string, reason: EndReason): Promise<void> {
    await this.endWhere(manager, { sessionId }, reason);
  }

  /** Ends every session of a person; answers how many there were. */
  endAllOf(manager: EntityManager, userId: string, reason: EndReason): Promise<number> {
    return this.endWhere(manager, { userId }, reason);
  }

  /** Deletes sessions, with their tokens, that nobody can use or misuse any more. */
  async forgetExpired(): Promise<void> {
    await this.dataSource.query(`DELETE FROM auth.session WHERE absolute_expires_at < clock_timestamp() - interval '7 days'`);
  }

  private async endWhere(manager: EntityManager, which: { sessionId: string } | { userId: string }, reason: EndReason): Promise<number> {
    // Locked in one order, so that two endings of the same sessions cannot block each other.
    const live = await manager.find(Session, {
      where: { ...which, endedAt: IsNull() }, order: { sessionId: 'ASC' }, lock: { mode: 'pessimistic_write' },
    });
    const ids = live.map(({ sessionId }) => sessionId);
    if (ids.length === 0) return 0;
    await manager.update(Session, { sessionId: In(ids) }, { endedAt: new Date(), endReason: reason });
    await this.revocations.add(manager, ids);
    return ids.length;
  }
}
