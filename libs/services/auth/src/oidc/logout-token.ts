import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
const oldestSeconds = 300;
const toleranceSeconds = 30;

const LogoutClaims = z.object({
  exp: z.number(),
  jti: z.string().min(1).max(500),
  events: z.object({ [logoutEvent]: z.object({}) }),
  /** Makes sure that it is no ID token. */
  nonce: z.undefined().optional(),
  sub: z.string().min(1).max(255).optional(),
  sid: z.string().min(1).max(500).optional(),
}).refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

export interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  readonly algorithm: string;
  readonly keys: JSONWebKeySet;
}

/** Who is to be signed out, at least one of the two. */
export interface LogoutOrder {
  readonly subject?: string;
  readonly providerSession?: string;
  readonly expiresAt: Date;
}

/** Who claims to have issued the token; says nothing of whether that is so. */
export function claimedIssuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

/** Throws unless the token is what OpenID Connect Back-Channel Logout 1.0 asks for, in its section 2.6. */
export async function readLogoutToken(token: string, { issuer, clientId, algorithm, keys }: Expected): Promise<LogoutOrder> {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer, audience: clientId, algorithms: [algorithm], maxTokenAge: oldestSeconds, clockTolerance: toleranceSeconds,
  });
  const { typ = 'logout+jwt' } = protectedHeader;
  if (!/^(?:application\/)?(?:logout\+)?jwt$/i.test(typ)) throw new Error('a token of another kind');
  const { sub, sid, exp } = LogoutClaims.parse(payload);
  return { subject: sub, providerSession: sid, expiresAt: new Date((exp + toleranceSeconds) * 1_000) };
}
