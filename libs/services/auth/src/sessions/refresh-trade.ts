import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuthConfig } from '../auth.config.js';
import { hashOfRefreshToken, successorOf } from './refresh-token-text.js';
import type { RefreshToken } from './refresh-token.entity.js';
import { SessionLimits } from './session-limits.js';
import type { EndReason, Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const saltBytes = 32;

interface Offer {
  /** As it was presented; the row beside it is that of this token. */
  readonly refreshToken: string;
  readonly token: RefreshToken;
  readonly session: Session;
  /** Whether a repetition within the grace is forgiven. */
  readonly isForgiven: boolean;
  /** Whether the person may still sign in. */
  readonly isActive: boolean;
  readonly at: Date;
}

interface Trade {
  readonly session: Session;
  readonly next: string;
}

/**
 * Trades one refresh token for the next, under the lock of its session. A token that comes back ends the session,
 * because one of its two holders stole it, with one exception, made for the cookie of our own page alone: within a short
 * grace, and while the new token is unused, the same new token is given again. So two tabs, or a browser that lost an answer, stay signed in; a thief who used the
 * grace holds the same one token as the owner, and the next use by the second of them ends the session.
 */
@Injectable()
export class RefreshTrade {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly limits: SessionLimits,
    private readonly config: AuthConfig,
  ) {}

  /** Null when the session is over, which it is afterwards also where it was not before. */
  async make(manager: EntityManager, offer: Offer): Promise<Trade | null> {
    const { session, token, refreshToken, at } = offer;
    if (session.endedAt) return null;
    const repeated = await this.repeated(manager, offer);
    const fault = this.faultOf(offer, repeated !== null);
    if (fault) {
      await this.sessions.end(manager, session.sessionId, fault);
      return null;
    }
    if (repeated !== null) return { session, next: repeated };
    const salt = randomBytes(saltBytes);
    const next = successorOf(refreshToken, salt);
    await this.sessions.rotate(manager, { token, next: hashOfRefreshToken(next), salt, at });
    return { session, next };
  }

  private faultOf({ session, token, isActive, at }: Offer, isRepeated: boolean): EndReason | null {
    if (token.usedAt && !isRepeated) return 'refresh-token-reused';
    if (this.limits.isOver(session, at)) return 'expired';
    return isActive ? null : 'user-inactive';
  }

  /** The new token that this one was traded for a moment ago, if nobody has used it yet. */
  private async repeated(manager: EntityManager, { token, refreshToken, isForgiven, at }: Offer): Promise<string | null> {
    if (!isForgiven || !token.usedAt || !token.successorSalt) return null;
    if (at.getTime() > token.usedAt.getTime() + this.config.AUTH_REFRESH_GRACE_SECONDS * 1_000) return null;
    const next = successorOf(refreshToken, token.successorSalt);
    return (await this.sessions.isUnused(manager, hashOfRefreshToken(next))) ? next : null;
  }
}
