import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PublicKey } from '@voiceassist/contracts';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { EntityManager } from 'typeorm';
import { AuthSecrets } from './auth-secrets.js';
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

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly secrets: AuthSecrets,
  ) {}

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
      const pem = await this.secrets.open(stored.privateKey, purposeOf(stored.kid), manager);
      if (!this.secrets.isCurrent(stored.privateKey)) await manager.update(SigningKey, { kid: stored.kid }, await this.closed(manager, stored.kid, pem));
      return { kid: stored.kid, privateKey: createPrivateKey(pem) };
    });
  }

  private async create(manager: EntityManager): Promise<SigningKey> {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const publicJwk = PublicKey.parse({ ...jwk, kid, alg: 'ES256', use: 'sig' });
    const key = { kid, publicJwk, ...(await this.closed(manager, kid, await exportPKCS8(pair.privateKey))), createdAt: new Date(), retiredAt: null };
    await manager.insert(SigningKey, key);
    return key;
  }

  private async closed(manager: EntityManager, kid: string, pem: string): Promise<Pick<SigningKey, 'privateKey' | 'sealed'>> {
    return { privateKey: await this.secrets.close(pem, purposeOf(kid), manager), sealed: true };
  }
}
