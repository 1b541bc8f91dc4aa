import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '@voiceassist/contracts';
import { accessTokenAlgorithm, accessTokenType, IdentityConfig } from '@voiceassist/messaging';
import { SignJWT } from 'jose';
import type { Emergency } from '../emergency/emergency.entity.js';
import { FactorPolicy } from '../factors/factor-policy.js';
import { SigningKeys } from '../keys/signing-keys.js';

export interface AccessTokenFor {
  readonly user: SignedInUser;
  readonly sessionId: string;
  /** The token never outlives its session. */
  readonly notAfter: Date;
  /** When a second factor was last shown in the session. */
  readonly factorAt: Date | null;
  /** Somebody else gave the password: the token serves for nothing but replacing it. */
  readonly mustChangePassword: boolean;
  readonly emergency: Pick<Emergency, 'emergencyId' | 'collectionId' | 'endsAt' | 'patientPseudonym'> | null;
}

export interface IssuedAccess {
  readonly accessToken: string;
  readonly expiresIn: number;
  /** A role demands a second factor, and none has been shown: the token serves for nothing but setting one up. */
  readonly isRestricted: boolean;
}

/** Issues access tokens. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly config: IdentityConfig,
    private readonly policy: FactorPolicy,
  ) {}

  async issue({ user, sessionId, notAfter, factorAt, mustChangePassword, emergency }: AccessTokenFor): Promise<IssuedAccess> {
    const now = Math.floor(Date.now() / 1_000);
    const expiresIn = Math.max(1, Math.min(this.config.AUTH_ACCESS_TOKEN_SECONDS, Math.floor(notAfter.getTime() / 1_000) - now));
    const { kid, privateKey } = await this.keys.current();
    const isRestricted = factorAt === null && this.policy.demands(user);
    const factorClaims = factorAt ? { factor_at: Math.floor(factorAt.getTime() / 1_000) } : isRestricted ? { restricted: true } : {};
    const accessToken = await new SignJWT({ sid: sessionId, roles: user.roles, ...(user.permissions?.length && { permissions: user.permissions }), ...factorClaims, ...(mustChangePassword && { password_given: true }), ...emergencyClaim(emergency) })
      .setProtectedHeader({ alg: accessTokenAlgorithm, typ: accessTokenType, kid })
      .setIssuer(this.config.AUTH_ISSUER)
      .setAudience(this.config.AUTH_AUDIENCE)
      .setSubject(user.userId)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + expiresIn)
      .sign(privateKey);
    return { accessToken, expiresIn, isRestricted };
  }
}

function emergencyClaim(emergency: AccessTokenFor['emergency']) {
  return emergency && { emergency: { id: emergency.emergencyId, collection: emergency.collectionId, until: Math.floor(emergency.endsAt.getTime() / 1_000), ...(emergency.patientPseudonym && { patient: emergency.patientPseudonym }) } };
}
