import { Injectable } from '@nestjs/common';
import { FieldCipher, isSealedText } from '@voiceassist/storage';
import type { EntityManager } from 'typeorm';
import { AuthConfig } from '../auth.config.js';
import { seal, unseal } from './sealed-text.js';

const scope = 'secrets of auth';
const underOwnKey = /^v1\./;

/**
 * Seals what `auth` must be able to read again: signing keys, secrets of authenticator apps. Under the master keys of the
 * installation, or under `AUTH_KEY_ENCRYPTION_KEY` where that is set. A secret opens only for the purpose it was sealed for.
 */
@Injectable()
export class AuthSecrets {
  private readonly ownKey: Buffer | null;

  constructor(private readonly cipher: FieldCipher, config: AuthConfig) {
    this.ownKey = config.AUTH_KEY_ENCRYPTION_KEY ? Buffer.from(config.AUTH_KEY_ENCRYPTION_KEY, 'base64') : null;
  }

  async close(secret: string, purpose: string, manager?: EntityManager): Promise<string> {
    return this.ownKey ? seal(secret, this.ownKey, purpose) : (await this.cipher.toWrite(scope, manager)).seal(secret, purpose);
  }

  /** Throws when the key it was sealed with is not there; what was stored before encryption comes back as it is. */
  async open(stored: string, purpose: string, manager?: EntityManager): Promise<string> {
    if (!underOwnKey.test(stored)) return (await this.cipher.toRead(scope, manager)).open(stored, purpose);
    if (!this.ownKey) throw new Error('Secrets of auth are encrypted: set AUTH_KEY_ENCRYPTION_KEY to the key they were encrypted with.');
    try {
      return unseal(stored, this.ownKey, purpose);
    } catch (cause) {
      throw new Error('Secrets of auth cannot be decrypted: AUTH_KEY_ENCRYPTION_KEY is not the key they were encrypted with.', { cause });
    }
  }

  /** Whether it is sealed as it would be sealed now. */
  isCurrent(stored: string): boolean {
    return this.ownKey ? underOwnKey.test(stored) : isSealedText(stored);
  }
}
