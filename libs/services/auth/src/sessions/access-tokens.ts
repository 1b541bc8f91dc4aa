import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '@voiceassist/contracts';
import { accessTokenAlgorithm, accessTokenType, IdentityConfig } from '@voiceassist/messaging';
import { SignJWT } from 'jose';
import { SigningKeys } from '../keys/signing-keys.js';

export interface AccessTokenFor {
  readonly user: SignedInUser;
  readonly sessionId: string;
  /** The token never outlives its session. */
  readonly notAfter: Date;
}

/** Issues access tokens. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly config: IdentityConfig,
  ) {}

  async issue({ user, sessionId, notAfter }: AccessTokenFor): Promise<{ accessToken: string; expiresIn: number }> {
    const now = Math.floor(Date.now() / 1_000);
    const expiresIn = Math.max(1, Math.min(this.config.AUTH_ACCESS_TOKEN_SECONDS, Math.floor(notAfter.getTime() / 1_000) - now));
    const { kid, privateKey } = await this.keys.current();
    const accessToken = await new SignJWT({ sid: sessionId, roles: user.roles })
      .setProtectedHeader({ alg: accessTokenAlgorithm, typ: accessTokenType, kid })
      .setIssuer(this.config.AUTH_ISSUER)
      .setAudience(this.config.AUTH_AUDIENCE)
      .setSubject(user.userId)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + expiresIn)
      .sign(privateKey);
    return { accessToken, expiresIn };
  }
}
