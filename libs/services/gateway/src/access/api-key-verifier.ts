import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type OutputOf } from '@voiceassist/contracts';
import { AppError, Call, commonFailure, countCacheRequest } from '@voiceassist/kit';
import { Bus, RevocationFeed, type VerifiedAccess } from '@voiceassist/messaging';
import { LRUCache } from 'lru-cache';

const keyForm = /^(va_[a-z2-7]{10})_([\w-]{43})$/;
/** Roles and activity of a key's owner may be this old; a revoked key ends sooner, by the feed of revocations. */
const rememberMs = 2_000;
const mostRemembered = 10_000;

type Verified = OutputOf<typeof auth.verifyApiKey>;

export const isApiKey = (token: string | null): token is string => token?.startsWith('va_') ?? false;

const refused = () => commonFailure('UNAUTHENTICATED', 'The API key is not valid.');

/** Turns an API key into whoever acts with it; asks `auth` at most every two seconds for each key. */
@Injectable()
export class ApiKeyVerifier {
  private readonly answers = new LRUCache<string, Promise<Verified | null>>({ max: mostRemembered, ttl: rememberMs });

  constructor(
    private readonly bus: Bus,
    private readonly revocations: RevocationFeed,
  ) {}

  /** Fails with UNAUTHENTICATED for every key that cannot be used, and with UNAVAILABLE when that cannot be told. */
  async verify(key: string): Promise<VerifiedAccess> {
    const [, prefix, secret] = keyForm.exec(key) ?? [];
    if (prefix === undefined || secret === undefined) throw refused();
    this.revocations.assertFresh();
    const verified = await this.ask(prefix, createHash('sha256').update(secret).digest('hex'));
    if (!verified || this.revocations.isRevoked(verified.keyId) || Date.parse(verified.expiresAt) <= Date.now()) throw refused();
    const { keyId: sessionId, userId, roles, permissions, scope, expiresAt } = verified;
    return { actor: { type: 'user', userId, sessionId, roles, scope, ...(permissions && { permissions }) }, expiresAt: Date.parse(expiresAt) };
  }

  private ask(prefix: string, secretHash: string): Promise<Verified | null> {
    const id = `${prefix} ${secretHash}`;
    const known = this.answers.get(id);
    countCacheRequest({ cache: 'api-keys', tier: 'memory', isHit: known !== undefined });
    if (known) return known;
    const asked = this.bus.client(auth).verifyApiKey({ prefix, secretHash }, Call.asService('gateway', rememberMs)).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'API_KEY_REFUSED') return null;
      this.answers.delete(id); // what could not be told now may be told the next time
      throw error;
    });
    this.answers.set(id, asked);
    return asked;
  }
}
