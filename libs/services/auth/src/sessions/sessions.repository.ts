import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not, type EntityManager, type FindOperator } from 'typeorm';
import { RevocationsRepository } from '../revocations/revocations.repository.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session, type EndReason } from './session.entity.js';

interface Rotation {
  readonly token: RefreshToken;
  readonly next: Buffer;
  readonly salt: Buffer;
  readonly at: Date;
}

interface Overdue {
  readonly now: Date;
  readonly ownIdleSince: Date;
  readonly sharedIdleSince: Date;
}

/** Keeps one sweep, and with it the lock on the revocation counter, short. */
const sweepSize = 500;

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

  async rotate(manager: EntityManager, { token, next, salt, at }: Rotation): Promise<void> {
    await manager.update(RefreshToken, { sessionId: token.sessionId, successorSalt: Not(IsNull()) }, { successorSalt: null });
    await manager.update(RefreshToken, { tokenHash: token.tokenHash }, { usedAt: at, successorSalt: salt });
    await manager.insert(RefreshToken, { tokenHash: next, sessionId: token.sessionId, issuedAt: at });
    await manager.update(Session, { sessionId: token.sessionId }, { refreshedAt: at });
  }

  /** Null when the session has ended. */
  noteFactor(sessionId: string, at: Date): Promise<Session | null> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(Session, { sessionId, endedAt: IsNull() }, { factorAt: at });
      return affected === 1 ? manager.findOneBy(Session, { sessionId }) : null;
    });
  }

  findLive(sessionId: string): Promise<Session | null> {
    return this.dataSource.manager.findOneBy(Session, { sessionId, endedAt: IsNull() });
  }

  isUnused(manager: EntityManager, tokenHash: Buffer): Promise<boolean> {
    return manager.existsBy(RefreshToken, { tokenHash, usedAt: IsNull() });
  }

  /** Sessions of a person that have not ended, the most recently used first. */
  listLive(userId: string): Promise<Session[]> {
    return this.dataSource.manager.find(Session, { where: { userId, endedAt: IsNull() }, order: { refreshedAt: 'DESC' } });
  }

  /** Live sessions that have reached their end or idled since the given moments; other replicas look for other ones. */
  async lockOverdue(manager: EntityManager, { now, ownIdleSince, sharedIdleSince }: Overdue): Promise<string[]> {
    const rows = await manager.query<{ session_id: string }[]>(
      `SELECT session_id FROM auth.session
       WHERE ended_at IS NULL AND (absolute_expires_at <= $1 OR refreshed_at <= $2 OR (station = 'shared' AND refreshed_at <= $3))
       LIMIT ${sweepSize} FOR UPDATE SKIP LOCKED`,
      [now, ownIdleSince, sharedIdleSince],
    );
    return rows.map(({ session_id: sessionId }) => sessionId);
  }

  /** Ends a session of that person; false when the person has no such session. */
  async endOwn(manager: EntityManager, own: { sessionId: string; userId: string }): Promise<boolean> {
    if (!(await manager.existsBy(Session, own))) return false;
    await this.endWhere(manager, own, 'ended-by-owner');
    return true;
  }

  /** Ends these sessions, for one reason. */
  endThese(manager: EntityManager, sessionIds: readonly string[], reason: EndReason): Promise<number> {
    return this.endWhere(manager, { sessionId: In([...sessionIds]) }, reason);
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

  private async endWhere(manager: EntityManager, which: { sessionId: string | FindOperator<string> } | { userId: string }, reason: EndReason): Promise<number> {
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
