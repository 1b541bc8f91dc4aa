import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type ParsedInputOf, type RenewedAccess, type SignedInUser, type Station, type TokenPair } from '@voiceassist/contracts';
import { commonFailure, failure, type Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { Notices } from '../mail/notices.js';
import { People } from '../people/people.js';
import { countedRefresh } from '../sign-in/auth.metrics.js';
import { EmergenciesRepository } from '../emergency/emergencies.repository.js';
import { AccessTokens, type IssuedAccess } from './access-tokens.js';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token-text.js';
import { RefreshTrade } from './refresh-trade.js';
import { SessionLimits } from './session-limits.js';
import type { OpenedBy, Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** Where and on what somebody signs in. */
export interface Opening {
  readonly station?: Station;
  readonly device?: string;
  /** When a second factor was shown during the sign-in. */
  readonly factorAt?: Date;
  readonly openedBy?: OpenedBy;
}

type LiveSession = Pick<Session, 'sessionId' | 'absoluteExpiresAt' | 'station' | 'factorAt'>;

/** Session families: opened at sign-in, kept alive by trading refresh tokens, ended by people, changes, misuse and time. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly accounts: AccountsRepository,
    private readonly people: People,
    private readonly accessTokens: AccessTokens,
    private readonly limits: SessionLimits,
    private readonly trade: RefreshTrade,
    private readonly notices: Notices,
    private readonly emergencies: EmergenciesRepository,
    private readonly apiKeys: ApiKeysRepository,
  ) {}

  /** Null when something ended this person's sessions after `accessEpoch` was read: look again whether they may sign in. */
  async open(user: SignedInUser, accessEpoch: number, { station = 'own', device, factorAt, openedBy }: Opening = {}): Promise<TokenPair | null> {
    const at = new Date();
    const refreshToken = newRefreshToken();
    const session = {
      sessionId: randomUUID(), userId: user.userId, createdAt: at, refreshedAt: at,
      absoluteExpiresAt: this.limits.absoluteEnd(at), station, device: device ?? null, factorAt: factorAt ?? null,
      identityId: openedBy?.identityId ?? null, providerSession: openedBy?.providerSession ?? null,
    };
    const opened = await this.sessions.transaction(async (manager) => {
      if (!(await this.accounts.holdEpoch(manager, user.userId, accessEpoch))) return false;
      await this.sessions.insert(manager, session, hashOfRefreshToken(refreshToken));
      await this.notices.signedIn(manager, user.userId, device ?? 'unknown program');
      return true;
    });
    return opened ? this.pair(user, session, refreshToken) : null;
  }

  /** Trades a refresh token. A token that was traded before ends its session: one of its two holders stole it. */
  refresh(offer: ParsedInputOf<typeof auth.refresh>, call: Call): Promise<TokenPair> {
    return countedRefresh(() => this.tradeToken(offer, call));
  }

  private async tradeToken({ refreshToken, heldInCookie }: ParsedInputOf<typeof auth.refresh>, call: Call): Promise<TokenPair> {
    const tokenHash = hashOfRefreshToken(refreshToken);
    const known = await this.sessions.findByToken(tokenHash);
    if (!known) throw refused();
    noteForAudit(call, { subjects: { userId: known.userId, sessionId: known.sessionId } });
    const user = await this.people.findActive(known.userId, call);
    const traded = await this.sessions.transaction(async (manager) => {
      const locked = await this.sessions.lock(manager, known.sessionId, tokenHash);
      return locked && this.trade.make(manager, { ...locked, refreshToken, isForgiven: heldInCookie === true, isActive: user !== null, at: new Date() });
    });
    if (!traded || !user) throw refused();
    return this.pair(user, traded.session, traded.next);
  }

  /** Notes that a second factor has just been shown in the caller's session and answers an access token that says so. */
  async factorShown(call: Call): Promise<RenewedAccess> {
    return this.renewed(await this.sessions.noteFactor(call.user.sessionId, new Date()), call);
  }

  /** An access token for the caller's session as it is now. */
  async renewAccess(call: Call): Promise<RenewedAccess> {
    return this.renewed(await this.sessions.findLive(call.user.sessionId), call);
  }

  async logout(call: Call): Promise<void> {
    await this.sessions.transaction((manager) => this.sessions.end(manager, call.user.sessionId, 'logout'));
  }

  /** Whoever asks for this may no longer trust anything that acts in their name, programs included. */
  async logoutAll(call: Call): Promise<number> {
    const { userId } = call.user;
    return this.sessions.transaction(async (manager) => {
      await this.accounts.moveEpoch(manager, userId);
      const ended = await this.sessions.endAllOf(manager, userId, 'logout-all');
      await this.apiKeys.revokeAllOf(manager, userId);
      return ended;
    });
  }

  async me(call: Call): Promise<SignedInUser> {
    const user = await this.people.findActive(call.user.userId, call);
    if (!user) throw commonFailure('UNAUTHENTICATED', 'This account is not active.');
    return user;
  }

  private async renewed(session: Session | null, call: Call): Promise<RenewedAccess> {
    const user = await this.me(call);
    if (!session) throw commonFailure('UNAUTHENTICATED', 'Sign in again.');
    const { accessToken, expiresIn } = await this.access(user, session);
    return { accessToken, expiresIn, tokenType: 'Bearer' };
  }

  private async pair(user: SignedInUser, session: LiveSession, refreshToken: string): Promise<TokenPair> {
    const { accessToken, expiresIn, isRestricted, mustChangePassword } = await this.access(user, session);
    const idleSeconds = this.limits.idleMs(session.station) / 1_000;
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn, idleSeconds, user, ...(isRestricted && { mustEnrol: true }), ...(mustChangePassword && { mustChangePassword }) };
  }

  private async access(user: SignedInUser, { sessionId, station, absoluteExpiresAt, factorAt }: LiveSession): Promise<IssuedAccess & { readonly mustChangePassword: boolean }> {
    const notAfter = new Date(Math.min(Date.now() + this.limits.idleMs(station), absoluteExpiresAt.getTime()));
    const emergency = await this.emergencies.activeOf(sessionId);
    const mustChangePassword = await this.accounts.hasGivenPassword(user.userId);
    return { ...(await this.accessTokens.issue({ user, sessionId, notAfter, factorAt, mustChangePassword, emergency })), mustChangePassword };
  }
}

const refused = () => failure(auth.refresh, 'REFRESH_REFUSED', 'Sign in again.');
