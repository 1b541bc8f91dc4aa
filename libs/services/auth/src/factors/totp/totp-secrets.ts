import { Injectable } from '@nestjs/common';
import { AuthSecrets } from '../../keys/auth-secrets.js';

const purposeOf = (factorId: string) => `auth.factor ${factorId}`;

/** Seals the secrets of authenticator apps; a secret is bound to its factor. */
@Injectable()
export class TotpSecrets {
  constructor(private readonly secrets: AuthSecrets) {}

  close(secret: string, factorId: string): Promise<string> {
    return this.secrets.close(secret, purposeOf(factorId));
  }

  /** Throws when the secret was sealed with a key that is not set. */
  open(stored: string, factorId: string): Promise<string> {
    return this.secrets.open(stored, purposeOf(factorId));
  }
}
