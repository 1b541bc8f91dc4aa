import { createHash, createHmac, randomBytes } from 'node:crypto';

const prefix = 'vart_';

/** 256 random bits; the prefix lets scanners for leaked secrets recognise it. */
export const newRefreshToken = (): string => prefix + randomBytes(32).toString('base64url');

/**
 * The token that follows another one. Whoever holds the old token can be given the same new one again, while the
 * database alone, which has the salt, tells neither.
 */
export const successorOf = (token: string, salt: Buffer): string => prefix + createHmac('sha256', token).update(salt).digest('base64url');

/** A fast hash is enough: the token cannot be guessed. */
export const hashOfRefreshToken = (token: string): Buffer => createHash('sha256').update(token).digest();
