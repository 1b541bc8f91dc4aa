import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PublicKey } from '@voiceassist/contracts';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { EntityManager } from 'typeorm';
import { AuthConfig } from '../auth.config.js';
import { seal, unseal } from './sealed-text.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

export interface CurrentKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

const purposeOf = (kid: string) => `auth.signing_key ${kid}`;

/** The key that signs access tokens: made by the first replica that needs one, read by all others. */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap {
  private held?: Promise<CurrentKey>;
  private readonly encryptionKey: Buffer | null;

  constructor(
    private readonly keys: SigningKeysRepository,
    config: AuthConfig,
  ) {
    this.encryptionKey = config.AUTH_KEY_ENCRYPTION_KEY ? Buffer.from(config.AUTH_KEY_ENCRYPTION_KEY, 'base64') : null;
  }

  /** A key that cannot be read stops the start rather than the first sign-in. */
  async onApplicationBootstrap(): Promise<void> {
    await this.current();
  }

  current(): Promise<CurrentKey> {
    this.held ??= this.load().catch((error: unknown) => {
      this.held = undefined;
      throw error;
    });
    return this.held;
  }

  async publicKeys(): Promise<PublicKey[]> {
    return (await this.keys.listActive()).map(({ publicJwk }) => publicJwk);
  }

  private load(): Promise<CurrentKey> {
    return this.keys.exclusively(async (manager) => {
      const stored = (await this.keys.findActive(manager)) ?? (await this.create(manager));
      const pem = this.open(stored);
      if (this.encryptionKey && !stored.sealed) await manager.update(SigningKey, { kid: stored.kid }, this.closed(stored.kid, pem));
      return { kid: stored.kid, privateKey: createPrivateKey(pem) };
    });
  }

  private async create(manager: EntityManager): Promise<SigningKey> {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const publicJwk = PublicKey.parse({ ...jwk, kid, alg: 'ES256', use: 'sig' });
    const key = { kid, publicJwk, ...this.closed(kid, await exportPKCS8(pair.privateKey)), createdAt: new Date(), retiredAt: null };
    await manager.insert(SigningKey, key);
    return key;
  }

  private closed(kid: string, pem: string): Pick<SigningKey, 'privateKey' | 'sealed'> {
    if (!this.encryptionKey) return { privateKey: pem, sealed: false };
    return { privateKey: seal(pem, this.encryptionKey, purposeOf(kid)), sealed: true };
  }

  private open({ kid, privateKey, sealed }: SigningKey): string {
    if (!sealed) return privateKey;
    if (!this.encryptionKey) throw new Error('The signing key is encrypted: set AUTH_KEY_ENCRYPTION_KEY to the key it was encrypted with.');
    try {
      return unseal(privateKey, this.encryptionKey, purposeOf(kid));
    } catch (cause) {
      throw new Error('The signing key cannot be decrypted: AUTH_KEY_ENCRYPTION_KEY is not the key it was encrypted with.', { cause });
    }
  }
}
