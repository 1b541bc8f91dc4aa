import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../auth.config.js';
import { seal, unseal } from '../../keys/sealed-text.js';

const sealedForm = /^v1\./;
const purposeOf = (factorId: string) => `auth.factor ${factorId}`;

/** Seals the secrets of authenticator apps with the installation's key; a secret is bound to its factor. */
@Injectable()
export class TotpSecrets {
  private readonly key: Buffer | null;

  constructor(config: AuthConfig) {
    this.key = config.AUTH_KEY_ENCRYPTION_KEY ? Buffer.from(config.AUTH_KEY_ENCRYPTION_KEY, 'base64') : null;
  }

  close(secret: string, factorId: string): string {
    return this.key ? seal(secret, this.key, purposeOf(factorId)) : secret;
  }

  /** Throws when the secret was sealed with a key that is not set. */
  open(stored: string, factorId: string): string {
    if (!sealedForm.test(stored)) return stored;
    if (!this.key) throw new Error('Secrets of authenticator apps are encrypted: set AUTH_KEY_ENCRYPTION_KEY to the key they were encrypted with.');
    return unseal(stored, this.key, purposeOf(factorId));
  }
}
