import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { argon2id, hash, needsRehash, verify } from 'argon2';
import { AuthConfig } from '../auth.config.js';
import { timedHash } from '../sign-in/auth.metrics.js';
import { passwordText } from './password-text.js';

/** Argon2id with the parameters of the settings. */
@Injectable()
export class PasswordHasher {
  private readonly cost: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };
  private nobody?: Promise<string>;

  constructor(config: AuthConfig) {
    this.cost = { memoryCost: config.ARGON2_MEMORY_KIB, timeCost: config.ARGON2_PASSES, parallelism: config.ARGON2_LANES };
  }

  hash(password: string): Promise<string> {
    return timedHash(() => hash(Buffer.from(passwordText(password)), { type: argon2id, ...this.cost }));
  }

  /**
   * Does the same work when there is no digest to compare with, so that time does not tell whether an account exists. A digest of
   * another cost, from before the settings changed, is compared while one of today's cost is: the slower of both decides when it ends.
   */
  async verify(digest: string | null, password: string): Promise<boolean> {
    const text = Buffer.from(passwordText(password));
    const nobody = await this.digestOfNobody();
    const compared = [digest ?? nobody, ...(digest !== null && this.isOutdated(digest) ? [nobody] : [])];
    const [matches = false] = await Promise.all(compared.map((each) => timedHash(() => verify(each, text))));
    return matches && digest !== null;
  }

  isOutdated(digest: string): boolean {
    return needsRehash(digest, this.cost);
  }

  /** Made ahead of the first sign-in, which would otherwise take twice as long for an unknown account. */
  async digestOfNobody(): Promise<string> {
    this.nobody ??= this.hash(randomBytes(32).toString('base64'));
    return this.nobody;
  }
}
