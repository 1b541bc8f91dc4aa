import { randomUUID } from 'node:crypto';
import type { Role } from '@voiceassist/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { scene } from './services.js';

export interface Person {
  readonly token: string;
  readonly userId: string;
  readonly sessionId: string;
}

/** Signs access tokens as `auth` does, with a key that the test's `auth` publishes. */
export async function newIssuer(): Promise<(role: Role, change?: Record<string, unknown>) => Promise<Person>> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  scene.keys = [{ kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', kid, alg: 'ES256', use: 'sig' }];
  return async (role, change = {}) => {
    const [userId, sessionId] = [randomUUID(), randomUUID()];
    const issuedAt = Math.floor(Date.now() / 1_000);
    const claims = { iss: 'voiceassist', aud: 'voiceassist-api', sub: userId, sid: sessionId, jti: randomUUID(), roles: [role], iat: issuedAt, exp: issuedAt + 900, ...change };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).sign(privateKey);
    return { token, userId, sessionId };
  };
}
