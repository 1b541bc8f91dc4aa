import { decodeProtectedHeader } from 'jose';
import { AppError, commonFailure } from '@voiceassist/kit';
import { accessTokenAlgorithm, accessTokenType } from './access-token.js';
import { clockToleranceSeconds, type IdentityConfig } from './identity.config.js';
import type { KeyRing } from './key-ring.js';

type KeyAnswer = (error: unknown, key?: string) => void;

async function pemOf(token: string, keys: KeyRing): Promise<string> {
  const header = decodeProtectedHeader(token);
  // jsonwebtoken looks at neither the type nor critical extensions.
  const ours = header.alg === accessTokenAlgorithm && header.typ === accessTokenType && header.crit === undefined;
  if (!ours || !header.kid) throw commonFailure('UNAUTHENTICATED', 'The access token is not valid.');
  return keys.pemFor(header.kid);
}

/**
 * Everything that passport-jwt's `Strategy` needs apart from where the token stands in a request. Its `validate(payload)`
 * must return `AccessTokenVerifier.accept(payload)`. Failures of the key look-up arrive as `info` in the guard's
 * `handleRequest(error, user, info)`: rethrow `info` when it is an `AppError`, so that UNAVAILABLE does not turn into 401.
 */
export function passportJwtOptions(keys: KeyRing, config: IdentityConfig) {
  return {
    algorithms: [accessTokenAlgorithm],
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    ignoreExpiration: false,
    jsonWebTokenOptions: { clockTolerance: clockToleranceSeconds, maxAge: config.AUTH_ACCESS_TOKEN_SECONDS },
    secretOrKeyProvider: (_request: unknown, token: string, done: KeyAnswer): void => {
      pemOf(token, keys).then(
        (pem) => done(null, pem),
        (error: unknown) => done(error instanceof AppError ? error : commonFailure('UNAUTHENTICATED', 'The access token is not valid.')),
      );
    },
  } satisfies Record<string, unknown>;
}
