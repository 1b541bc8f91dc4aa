import { errors, jwtVerify } from 'jose';
import type { UserActor } from '@voiceassist/contracts';
import { AppError, commonFailure } from '@voiceassist/kit';
import { AccessTokenClaims, accessTokenAlgorithm, accessTokenType } from './access-token.js';
import { CheckedTokens } from './checked-tokens.js';
import { clockToleranceSeconds, type IdentityConfig } from './identity.config.js';
import type { KeyRing } from './key-ring.js';
import type { RevocationFeed } from './revocation-feed.js';

export interface VerifiedAccess {
  readonly actor: UserActor;
  /** Milliseconds since the epoch at which the token stops being accepted. */
  readonly expiresAt: number;
}

const refused = (cause?: unknown) => commonFailure('UNAUTHENTICATED', 'The access token is not valid.', { cause });

/** Turns an access token into the person who holds it. */
export class AccessTokenVerifier {
  private readonly checked: CheckedTokens;

  constructor(
    private readonly keys: KeyRing,
    private readonly revocations: RevocationFeed,
    private readonly config: IdentityConfig,
  ) {
    this.checked = new CheckedTokens(keys, config);
  }

  /** Fails with UNAUTHENTICATED for any token that is not ours, not valid now or ended; with UNAVAILABLE when that cannot be told. */
  async verify(token: string): Promise<VerifiedAccess> {
    return (await this.known(token)) ?? this.accept(await this.verifiedPayload(token), token);
  }

  /** The same for a token whose signature this process has checked before; undefined for any other. */
  async known(token: string): Promise<VerifiedAccess | undefined> {
    const claims = await this.checked.recall(token);
    return claims && this.admit(claims);
  }

  /** Second half of `verify` for claims of a token whose signature somebody else (passport-jwt) has just checked. */
  accept(payload: unknown, token: string): VerifiedAccess {
    const claims = AccessTokenClaims.safeParse(payload);
    if (!claims.success) throw refused();
    const access = this.admit(claims.data);
    this.checked.remember(token, claims.data);
    return access;
  }

  private admit({ sub, sid, roles, exp, permissions, factor_at: factorAt, restricted, password_given: mustChangePassword, emergency }: AccessTokenClaims): VerifiedAccess {
    this.revocations.assertFresh();
    if (this.revocations.isRevoked(sid)) throw refused();
    const more = { validUntil: Math.floor(exp), ...(permissions && { permissions }), ...(factorAt !== undefined && { factorAt }), ...(restricted && { restricted }), ...(mustChangePassword && { mustChangePassword }), ...this.liveEmergency(emergency) };
    return { actor: { type: 'user', userId: sub, sessionId: sid, roles, ...more }, expiresAt: exp * 1_000 };
  }

  /** An emergency access ends by time, or is told as revoked under its own id. */
  private liveEmergency(claim: AccessTokenClaims['emergency']): Pick<UserActor, 'emergency'> {
    if (!claim || claim.until * 1_000 <= Date.now() || this.revocations.isRevoked(claim.id)) return {};
    return { emergency: { emergencyId: claim.id, collectionId: claim.collection, until: claim.until, ...(claim.patient !== undefined && { patient: claim.patient }) } };
  }

  private async verifiedPayload(token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keys.keyFor(kid ?? ''), {
        algorithms: [accessTokenAlgorithm],
        typ: accessTokenType,
        issuer: this.config.AUTH_ISSUER,
        audience: this.config.AUTH_AUDIENCE,
        requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: this.config.AUTH_ACCESS_TOKEN_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw refused(error);
      throw error;
    }
  }
}
