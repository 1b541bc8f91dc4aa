import { z } from 'zod';
import { Permission, Role, SessionId, UserId } from '@voiceassist/contracts';

/** RFC 9068; tokens of any other type, for example an identity token, are never taken for access tokens. */
export const accessTokenType = 'at+jwt';

/** The one algorithm of the house; anything else in a header is refused before a key is looked up. */
export const accessTokenAlgorithm = 'ES256';

/** Claims of an access token; all but the last five must be present. */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: UserId,
  sid: SessionId,
  jti: z.uuid(),
  roles: z.array(Role),
  iat: z.number(),
  exp: z.number(),
  /** Permissions of custom roles. */
  permissions: z.array(Permission).optional(),
  /** Seconds since the epoch at which a second factor was last shown. */
  factor_at: z.int().optional(),
  /** The session may only set up its second factor. */
  restricted: z.literal(true).optional(),
  /** The session may only replace its password, which somebody else gave. */
  password_given: z.literal(true).optional(),
  /** Emergency access of the session: its id, the collection, and the second since the epoch at which it ends. */
  emergency: z.object({ id: z.uuid(), collection: z.uuid(), until: z.int(), patient: z.string().max(128).optional() }).optional(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;
