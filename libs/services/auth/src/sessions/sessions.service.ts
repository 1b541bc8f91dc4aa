import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type SignedInUser, type TokenPair } from '@voiceassist/contracts';
import { commonFailure, failure, type Call } from '@voiceassist/kit';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AuthConfig } from '../auth.config.js';
import { People } from '../people/people.js';
import { AccessTokens } from './access-tokens.js';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token-text.js';
import type { RefreshToken } from './refresh-token.entity.js';
import type { EndReason, Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Trade {
  readonly session: Session;
  readonly token: RefreshToken;
  readonly user: SignedInUser | null;
  readonly at: Date;
}

/** Session families: opened at sign-in, kept alive by trading refresh tokens, ended by people, changes, misuse and time. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly accounts: AccountsRepository,
    private readonly people: People,
    private readonly accessTokens: AccessTokens,
    private readonly config: AuthConfig,
  ) {}

  /** Null when something ended this person's sessions after `accessEpoch` was read: look again whether they may sign in. */
  async open(user: SignedInUser, accessEpoch: number): Promise<TokenPair | null> {
    const at = new Date();
    const refreshToken = newRefreshToken();
    const session = {
      sessionId: randomUUID(), userId: user.userId, createdAt: at, refreshedAt: at,
      absoluteExpiresAt: new Date(at.getTime() + this.config.AUTH_SESSION_HOURS * hourMs),
    };
    const opened = await this.sessions.transaction(async (manager) => {
      if (!(await this.accounts.holdEpoch(manager, user.userId, accessEpoch))) return false;
      await this.sessions.insert(manager, session, hashOfRefreshToken(refreshToken));
      return true;
    });
    return opened ? this.pair(user, session, refreshToken) : null;
  }

  /** Trades a refresh token. A token that was traded before ends its session: one of its two holders stole it. */
  async refresh(refreshToken: string, call: Call): Promise<TokenPair> {
    const tokenHash = hashOfRefreshToken(refreshToken);
    const known = await this.sessions.findByToken(tokenHash);
    if (!known) throw refused();
    const user = await this.people.findActive(known.userId, call);
    const next = newRefreshToken();
    const traded = await this.sessions.transaction(async (manager) => {
      const locked = await this.sessions.lock(manager, known.sessionId, tokenHash);
      if (!locked || locked.session.endedAt) return null;
      const trade = { ...locked, user, at: new Date() };
      const fault = this.faultOf(trade);
      if (fault) await this.sessions.end(manager, known.sessionId, fault);
      else await this.sessions.rotate(manager, { token: locked.token, next: hashOfRefreshToken(next), at: trade.at });
      return fault ? null : locked.session;
    });
    if (!traded || !user) throw refused();
    return this.pair(user, traded, next);
  }

  async logout(call: Call): Promise<void> {
    await this.sessions.transaction((manager) => this.sessions.end(manager, call.user.sessionId, 'logout'));
  }

  async logoutAll(call: Call): Promise<number> {
    const { userId } = call.user;
    return this.sessions.transaction(async (manager) => {
      await this.accounts.moveEpoch(manager, userId);
      return this.sessions.endAllOf(manager, userId, 'logout-all');
    });
  }

  async me(call: Call): Promise<SignedInUser> {
    const user = await this.people.findActive(call.user.userId, call);
    if (!user) throw commonFailure('UNAUTHENTICATED', 'This account is not active.');
    return user;
  }

  private faultOf({ session, token, user, at }: Trade): EndReason | null {
    if (token.usedAt) return 'refresh-token-reused';
    if (at >= session.absoluteExpiresAt || at.getTime() >= session.refreshedAt.getTime() + this.idleMs) return 'expired';
    return user ? null : 'user-inactive';
  }

  private get idleMs(): number {
    return this.config.AUTH_SESSION_IDLE_MINUTES * minuteMs;
  }

  private async pair(user: SignedInUser, session: Pick<Session, 'sessionId' | 'absoluteExpiresAt'>, refreshToken: string): Promise<TokenPair> {
    const idleAt = Date.now() + this.idleMs;
    const notAfter = new Date(Math.min(idleAt, session.absoluteExpiresAt.getTime()));
    const { accessToken, expiresIn } = await this.accessTokens.issue({ user, sessionId: session.sessionId, notAfter });
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn, user };
  }
}

const refused = () => failure(auth.refresh, 'REFRESH_REFUSED', 'Sign in again.');
