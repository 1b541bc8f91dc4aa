import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { PublicKey } from '@voiceassist/contracts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { IdentityConfig } from '../identity.config.js';
import { RevocationFeed } from '../revocation-feed.js';

export interface Signer {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly published: PublicKey;
}

export async function newSigner(): Promise<Signer> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey: pair.privateKey, published: { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', kid, alg: 'ES256', use: 'sig' } };
}

export const config = new IdentityConfig({});
export const now = () => Math.floor(Date.now() / 1_000);
export const sub = randomUUID();
export const sid = randomUUID();

interface Changes {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
}

export const goodClaims = () => ({
  iss: config.AUTH_ISSUER, aud: config.AUTH_AUDIENCE, sub, sid, jti: randomUUID(), roles: ['clinician'], iat: now(), exp: now() + 900,
});

export function sign(signer: Signer, { claims, header }: Changes = {}): Promise<string> {
  const payload = JSON.parse(JSON.stringify({ ...goodClaims(), ...claims })) as Record<string, unknown>;
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: signer.kid, ...header }).sign(signer.privateKey);
}

export function newFeed(change: Partial<ConstructorParameters<typeof RevocationFeed>[0]> = {}): RevocationFeed {
  return new RevocationFeed({
    fetchPage: async (afterSequence) => ({ revocations: [], lastSequence: afterSequence }), pollMs: 20, maxStaleMs: 15_000, keepMs: 910_000, ...change,
  });
}

export const code = (expected: string) => expect.objectContaining({ code: expected });
