import { Role } from '@voiceassist/contracts';
import { Config, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';
import { longestPasswordBytes, shortestPassword } from './passwords/password-rules.js';

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const AdministratorPassword = z.string()
  .refine((text) => [...text.normalize('NFKC')].length >= shortestPassword() && Buffer.byteLength(text.normalize('NFKC')) <= longestPasswordBytes);

/** Values between commas; `-` for none. */
const listOf = <S extends z.ZodType<unknown, string>>(each: S) => z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== '' && part !== '-')).pipe(z.array(each));

const Origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);

const EncryptionKey = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32);

/** How people sign in and for how long. */
export class AuthConfig extends Config({
  AUTH_REGISTRATION: setting(z.enum(['open', 'closed']).default('closed'), 'Whether anybody may have an account made for themselves (role viewer): with a mail server by a link, which tells nobody whether there is one already; without one at once.'),
  AUTH_ADDRESS_FAILURES_PER_HOUR: setting(
    wholeNumber(10, 100_000).default(300),
    'So many sign-ins from one address may fail within an hour, whoever they are for; many people may share one.',
  ),
  AUTH_SESSION_HOURS: setting(wholeNumber(1, 168).default(12), 'A session ends after this time, however busy it is.'),
  AUTH_SESSION_IDLE_MINUTES: setting(wholeNumber(1, 1_440).default(60), 'A session ends when it was not refreshed for this time.'),
  AUTH_SHARED_STATION_IDLE_MINUTES: setting(wholeNumber(1, 1_440).default(15), 'The same on a device that was called shared at sign-in; never longer than the other.'),
  AUTH_SESSION_SWEEP_MS: setting(wholeNumber(50, 60_000).default(2_000), 'Pause between two looks for sessions that have idled out or reached their end, whose sockets must close.'),
  AUTH_REFRESH_GRACE_SECONDS: setting(
    wholeNumber(0, 60).default(10),
    'So long a traded refresh token in the cookie of the page gives the same new one again, as long as that one is unused: for answers that were lost and for two tabs at once; 0 for never.',
  ),
  AUTH_FACTOR_POLICY: setting(
    z.enum(['enforced', 'offered']).default('enforced'),
    'Whether roles that need a second factor must have one; `offered`, for evaluations and measurements only, demands one of administrators and privacy officers alone.',
  ),
  AUTH_FACTOR_ROLES: setting(
    z.string().default('clinician,nurse').pipe(listOf(Role)),
    'Roles that need a second factor besides `admin` and `privacy_officer`, which always do; between commas, `-` for none. Composed roles need one where they give what only such roles give.',
  ),
  EMERGENCY_REVIEW_DAYS: setting(wholeNumber(1, 90).default(3), 'Days after its end within which an emergency access has to be reviewed; then the privacy officers are reminded once a day.'),
  EMERGENCY_SUSPEND_DAYS: setting(wholeNumber(1, 365).default(14), 'Days after which somebody whose emergency access nobody has reviewed cannot open another one.'),
  PUBLIC_URL: setting(z.url({ protocol: /^https?$/ }).default('http://localhost:8080'), 'Address at which people open the product; passkeys belong to its host.'),
  AUTH_PASSKEY_ORIGINS: setting(z.string().default('-').pipe(listOf(Origin)), 'Further origins, between commas, whose pages may use passkeys of that host.'),
  ARGON2_MEMORY_KIB: setting(wholeNumber(8_192, 1_048_576).default(19_456), 'Memory of one password hash; older hashes are renewed at sign-in.'),
  ARGON2_PASSES: setting(wholeNumber(1, 20).default(2), 'Passes of one password hash.'),
  ARGON2_LANES: setting(wholeNumber(1, 16).default(1), 'Lanes of one password hash.'),
  AUTH_KEY_ENCRYPTION_KEY: secretSetting(
    EncryptionKey.optional(),
    '32 bytes as base64 that encrypt signing keys and secrets of factors in the database (AES-256-GCM); without it they are encrypted under the master keys.',
  ),
  ADMIN_EMAIL: setting(z.email().max(254).default('admin@voiceassist.local'), 'E-mail address of the first administrator.'),
  ADMIN_PASSWORD: secretSetting(
    AdministratorPassword.optional(),
    'First password of the first administrator, at least 15 characters; without it one is generated and printed once.',
  ),
}) {}
