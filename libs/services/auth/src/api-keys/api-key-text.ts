import { createHash, randomBytes, randomInt } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const prefixLength = 10;
const secretBytes = 32;

export interface NewApiKey {
  /** All of it, shown once. */
  readonly key: string;
  readonly prefix: string;
  readonly secretHash: Buffer;
}

/** `va_<prefix>_<secret>`: the prefix finds the key and lets scanners for leaked secrets recognise it, the secret has 256 random bits. */
export function newApiKey(): NewApiKey {
  const prefix = `va_${Array.from({ length: prefixLength }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
  const secret = randomBytes(secretBytes).toString('base64url');
  return { key: `${prefix}_${secret}`, prefix, secretHash: createHash('sha256').update(secret).digest() };
}
