import { createHash, randomBytes } from 'node:crypto';

const prefix = 'vart_';

/** 256 random bits; the prefix lets scanners for leaked secrets recognise it. */
export const newRefreshToken = (): string => prefix + randomBytes(32).toString('base64url');

/** A fast hash is enough: the token cannot be guessed. */
export const hashOfRefreshToken = (token: string): Buffer => createHash('sha256').update(token).digest();
