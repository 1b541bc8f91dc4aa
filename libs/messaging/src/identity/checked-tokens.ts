import { decodeProtectedHeader } from 'jose';
import { countCacheRequest } from '@voiceassist/kit';
import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from './access-token.js';
import { clockToleranceSeconds, type IdentityConfig } from './identity.config.js';
import type { KeyRing } from './key-ring.js';

interface Checked {
  readonly kid: string;
  readonly claims: AccessTokenClaims;
}

const mostTokens = 10_000;

/**
 * Claims of tokens whose signature has been checked, so that each signature is checked once in a process. A token is
 * forgotten when it ends; one whose key was withdrawn is refused. Revocation is not known here.
 */
export class CheckedTokens {
  private readonly tokens = new LRUCache<string, Checked>({ max: mostTokens });

  constructor(private readonly keys: KeyRing, private readonly config: IdentityConfig) {}

  remember(token: string, claims: AccessTokenClaims): void {
    const { kid } = decodeProtectedHeader(token);
    if (kid) this.tokens.set(token, { kid, claims });
  }

  /** Undefined when the token has to be checked (again). Fails like the key ring when its key is gone or cannot be read. */
  async recall(token: string): Promise<AccessTokenClaims | undefined> {
    const checked = this.tokens.get(token);
    countCacheRequest({ cache: 'access-tokens', tier: 'memory', isHit: checked !== undefined });
    if (!checked) return undefined;
    if (this.hasEnded(checked.claims)) {
      this.tokens.delete(token);
      return undefined;
    }
    await this.keys.keyFor(checked.kid);
    return checked.claims;
  }

  private hasEnded({ exp, iat }: AccessTokenClaims): boolean {
    const now = Date.now() / 1_000 - clockToleranceSeconds;
    return now >= exp || now >= iat + this.config.AUTH_ACCESS_TOKEN_SECONDS;
  }
}
