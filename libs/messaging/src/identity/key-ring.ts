import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicKey } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';

export interface KeyRingOptions {
  /** Reads the published keys; rejects when `auth` cannot be reached. */
  readonly fetchKeys: () => Promise<readonly PublicKey[]>;
  /** An unknown key id causes at most one look at `auth` per this time, however many tokens carry one. */
  readonly refetchFloorMs?: number;
  /** Known keys are read again after this time, so that a withdrawn key does not stay trusted. */
  readonly maxAgeMs?: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now?: () => number;
}

interface HeldKey {
  readonly key: KeyObject;
  readonly pem: string;
}

function hold(jwk: PublicKey): HeldKey {
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: 'jwk' });
  return { key, pem: key.export({ type: 'spki', format: 'pem' }).toString() };
}

/** Public keys that verify access tokens, read over the bus from `auth` and cached. */
export class KeyRing {
  private keys = new Map<string, HeldKey>();
  private fetchedAt = -Infinity;
  private attemptedAt = -Infinity;
  private fetching?: Promise<void>;
  private readonly refetchFloorMs: number;
  private readonly maxAgeMs: number;
  private readonly now: () => number;

  constructor(private readonly options: KeyRingOptions) {
    this.refetchFloorMs = options.refetchFloorMs ?? 1_000;
    this.maxAgeMs = options.maxAgeMs ?? 300_000;
    this.now = options.now ?? (() => performance.now());
  }

  /** The key of that id; fails with UNAUTHENTICATED when there is none and with UNAVAILABLE when keys cannot be read. */
  async keyFor(kid: string): Promise<KeyObject> {
    return (await this.held(kid)).key;
  }

  /** The same as SPKI text, which is what passport-jwt wants. */
  async pemFor(kid: string): Promise<string> {
    return (await this.held(kid)).pem;
  }

  private async held(kid: string): Promise<HeldKey> {
    const fresh = this.now() - this.fetchedAt < this.maxAgeMs;
    if (!fresh || (!this.keys.has(kid) && this.mayRefetch)) await this.refetch();
    const held = this.keys.get(kid);
    if (!held) throw commonFailure('UNAUTHENTICATED', 'The access token is not valid.');
    return held;
  }

  private get mayRefetch(): boolean {
    return this.fetching !== undefined || this.now() - this.attemptedAt >= this.refetchFloorMs;
  }

  /** One fetch at a time; everybody who needs one waits for the same. */
  private refetch(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    this.attemptedAt = this.now();
    try {
      const published = await this.options.fetchKeys();
      this.keys = new Map(published.map((key) => [key.kid, hold(key)]));
      this.fetchedAt = this.now();
    } catch (cause) {
      throw commonFailure('UNAVAILABLE', 'Sign-in keys cannot be read at the moment.', { cause });
    }
  }
}
