import { Injectable } from '@nestjs/common';
import { auth, type OwnSession } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { SessionLimits } from './session-limits.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** What people see of their own sessions, and how they end one. */
@Injectable()
export class OwnSessions {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly limits: SessionLimits,
  ) {}

  async list(call: Call): Promise<OwnSession[]> {
    const now = new Date();
    const { userId, sessionId } = call.user;
    const live = (await this.sessions.listLive(userId)).filter((session) => !this.limits.isOver(session, now));
    return live.map((session) => shown(session, sessionId));
  }

  /** Fails with SESSION_NOT_FOUND for sessions of others as for those that do not exist; an ended one stays ended. */
  async end(sessionId: string, call: Call): Promise<void> {
    const found = await this.sessions.transaction((manager) => this.sessions.endOwn(manager, { sessionId, userId: call.user.userId }));
    if (!found) throw failure(auth.endSession, 'SESSION_NOT_FOUND', 'There is no such session.');
  }
}

function shown(session: Session, currentId: string): OwnSession {
  const { sessionId, createdAt, refreshedAt, absoluteExpiresAt, device, station } = session;
  return {
    sessionId, device, station, createdAt: createdAt.toISOString(), lastUsedAt: refreshedAt.toISOString(),
    endsAt: absoluteExpiresAt.toISOString(), current: sessionId === currentId,
  };
}
