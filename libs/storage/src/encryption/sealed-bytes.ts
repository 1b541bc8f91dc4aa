import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

/** How much longer sealed bytes are than what was sealed. */
export const sealBytes = nonceBytes + tagBytes;

/** AES-256-GCM with a random nonce: nonce, tag, cipher text. `place` is bound to it, so that sealed bytes open only where they belong. */
export function seal(plain: Uint8Array, key: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Throws when key, place or bytes are not those of the sealing. */
export function unseal(sealed: Uint8Array, key: Uint8Array, place: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < sealBytes) throw new Error('sealed bytes are too short');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(nonceBytes, sealBytes));
  return Buffer.concat([decipher.update(bytes.subarray(sealBytes)), decipher.final()]);
}
