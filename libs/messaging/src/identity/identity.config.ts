import { z } from 'zod';
import { Config, setting } from '@voiceassist/kit';

/** What every holder and checker of access tokens must agree on; the same values in all processes of an installation. */
export class IdentityConfig extends Config({
  AUTH_ISSUER: setting(z.string().min(1).max(200).default('voiceassist'), 'Issuer (`iss`) of access tokens.'),
  AUTH_AUDIENCE: setting(z.string().min(1).max(200).default('voiceassist-api'), 'Audience (`aud`) of access tokens.'),
  AUTH_ACCESS_TOKEN_SECONDS: setting(
    z.coerce.number().int().min(30).max(3_600).default(900),
    'Life of an access token; also how long a revocation has to be remembered, so it must be equal everywhere.',
  ),
  REVOCATION_POLL_MS: setting(z.coerce.number().int().min(50).max(5_000).default(400), 'Pause between two looks at the revocation feed.'),
  REVOCATION_MAX_STALE_MS: setting(
    z.coerce.number().int().min(1_000).max(300_000).default(4_000),
    'Access tokens are no longer accepted, and sockets end, when the revocation feed could not be read for this long.',
  ),
}) {}

/** Clocks of our own machines may differ by this much. */
export const clockToleranceSeconds = 5;
