import { z } from 'zod';
import { UserId } from '../kernel/ids.js';
import { Permission, Role } from '../kernel/permissions.js';
import { Email } from './credential-fields.js';

export const SignedInUser = z.object({ userId: UserId, email: Email, displayName: z.string(), roles: z.array(Role), permissions: z.array(Permission).optional() });
export type SignedInUser = z.infer<typeof SignedInUser>;

export const TokenPair = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  tokenType: z.literal('Bearer'),
  /** Seconds until the access token expires. */
  expiresIn: z.int(),
  /** Seconds without a renewal after which the session ends. */
  idleSeconds: z.int(),
  user: SignedInUser,
  /** The session can do nothing but set up a second factor, because a role of this person demands one. */
  mustEnrol: z.literal(true).optional(),
  /** The session can do nothing but replace the password, which somebody else gave or which is too short to stand alone. */
  mustChangePassword: z.literal(true).optional(),
});
export type TokenPair = z.infer<typeof TokenPair>;

/** A new access token for the same session; its refresh token stays as it is. */
export const RenewedAccess = TokenPair.pick({ accessToken: true, tokenType: true, expiresIn: true });
export type RenewedAccess = z.infer<typeof RenewedAccess>;
