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
const mostRefused = 1_000;

type Verified = OutputOf<typeof auth.verifyApiKey>;

interface ReadKey {
  readonly id: string;
  readonly prefix: string;
  readonly secretHash: string;
}

export const isApiKey = (token: string | null): token is string => token?.startsWith('va_') ?? false;

const refused = () => commonFailure('UNAUTHENTICATED', 'The API key is not valid.');

/** Turns an API key into whoever acts with it; asks `auth` at most every two seconds for each key. */
@Injectable()
export class ApiKeyVerifier {
  private readonly verified = new LRUCache<string, Verified>({ max: mostRemembered, ttl: rememberMs });
  /** Apart from the others, so that invented keys push out no real ones. */
  private readonly refused = new LRUCache<string, true>({ max: mostRefused, ttl: rememberMs });
  private readonly asking = new Map<string, Promise<Verified | null>>();

  constructor(
    private readonly bus: Bus,
    private readonly revocations: RevocationFeed,
  ) {}

  /** Who acts with a key that was verified a moment ago; undefined for any other. Fails like `verify`. */
  async known(key: string): Promise<VerifiedAccess | undefined> {
    const read = readKey(key);
    const verified = read && this.verified.get(read.id);
    if (!verified) return undefined;
    countCacheRequest({ cache: 'api-keys', tier: 'memory', isHit: true });
    return this.admit(verified);
  }

  /** Fails with UNAUTHENTICATED for every key that cannot be used, and with UNAVAILABLE when that cannot be told. */
  async verify(key: string): Promise<VerifiedAccess> {
    const read = readKey(key);
    if (!read) throw refused();
    this.revocations.assertFresh();
    const verified = await this.ask(read);
    if (!verified) throw refused();
    return this.admit(verified);
  }

  private admit({ keyId: sessionId, userId, roles, permissions, scope, expiresAt }: Verified): VerifiedAccess {
    this.revocations.assertFresh();
    const endsAt = Date.parse(expiresAt);
    if (this.revocations.isRevoked(sessionId) || endsAt <= Date.now()) throw refused();
    return { actor: { type: 'user', userId, sessionId, roles, scope, validUntil: Math.floor(endsAt / 1_000), ...(permissions && { permissions }) }, expiresAt: endsAt };
  }

  private async ask(read: ReadKey): Promise<Verified | null> {
    const { id } = read;
    const known = this.verified.get(id) ?? (this.refused.has(id) ? null : undefined);
    const isHit = known !== undefined || this.asking.has(id);
    countCacheRequest({ cache: 'api-keys', tier: 'memory', isHit });
    if (known !== undefined) return known;
    const asked = this.asking.get(id) ?? this.askAuth(read).finally(() => this.asking.delete(id));
    this.asking.set(id, asked);
    return asked;
  }

  private async askAuth({ id, prefix, secretHash }: ReadKey): Promise<Verified | null> {
    try {
      const verified = await this.bus.client(auth).verifyApiKey({ prefix, secretHash }, Call.asService('gateway', rememberMs));
      this.verified.set(id, verified);
      return verified;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'API_KEY_REFUSED')) throw error; // what could not be told now may be told the next time
      this.refused.set(id, true);
      return null;
    }
  }
}

function readKey(key: string): ReadKey | undefined {
  const [, prefix, secret] = keyForm.exec(key) ?? [];
  if (prefix === undefined || secret === undefined) return undefined;
  const secretHash = createHash('sha256').update(secret).digest('hex');
  return { id: `${prefix} ${secretHash}`, prefix, secretHash };
}
