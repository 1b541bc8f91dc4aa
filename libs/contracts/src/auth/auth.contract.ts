import { z } from 'zod';
import { Role } from '../kernel/permissions.js';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { Instant, SessionId, UserId } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { Email, Password } from './credential-fields.js';
import { emergencyOperations } from './emergency-operations.js';
import { factorOperations, SignInAnswer } from './factors.js';
import { apiKeyOperations } from './api-key-operations.js';
import { linkOperations } from './link-operations.js';
import { oidcOperations } from './oidc-operations.js';
import { passwordOperations } from './password-operations.js';
import { provisioningOperations } from './provisioning-operations.js';
import { registrationOperations } from './registration-operations.js';
import { sessionOperations, Station } from './session-operations.js';
import { SignedInUser, TokenPair } from './token-pair.js';

/** Public half of a signing key (RFC 7517), EC P-256 only. */
export const PublicKey = z.object({
  kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), kid: z.string(),
  alg: z.literal('ES256'), use: z.literal('sig'),
});
export type PublicKey = z.infer<typeof PublicKey>;

export const Revocation = z.object({ sequence: z.int(), sessionId: SessionId, revokedAt: Instant });
export type Revocation = z.infer<typeof Revocation>;

const nothing = z.object({});

export const auth = service('auth', {
  /**
   * Creates an account with the role `viewer` and signs in; closed unless the installation opens registration. It cannot hide whether
   * an address has an account, and so is closed too where `requestAccount` can: where there is a mail server.
   */
  register: request({
    subject: 'va.v1.auth.rpc.accounts.register',
    input: z.object({ email: Email, password: Password, displayName: z.string().trim().min(1).max(200) }),
    output: TokenPair,
    errors: { REGISTRATION_CLOSED: 'forbidden', EMAIL_TAKEN: 'conflict', PASSWORD_REFUSED: 'invalid' },
    http: { method: 'POST', path: '/api/auth/register', status: 201, limit: 'credentials' },
    access: 'public',
    audit: 'auth.register',
  }),
  /** Creates an account for somebody else, with roles and a first password to hand over, which has to be replaced at the first sign-in. */
  createAccount: request({
    subject: 'va.v1.auth.rpc.accounts.create',
    input: z.object({
      email: Email, password: Password, displayName: z.string().trim().min(1).max(200), roles: z.array(Role).min(1).max(7),
    }),
    output: SignedInUser,
    errors: { ...beyondOwnAccess, EMAIL_TAKEN: 'conflict', PASSWORD_REFUSED: 'invalid' },
    http: { method: 'POST', path: '/api/admin/users', status: 201 },
    access: 'people.create',
    stepUp: true,
    audit: 'auth.create-account',
  }),
  /** Lets somebody try to sign in again at once after too many failed attempts. */
  unlockAccount: request({
    subject: 'va.v1.auth.rpc.accounts.unlock',
    input: z.object({ userId: UserId }),
    output: nothing,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found' },
    http: { method: 'POST', path: '/api/admin/users/:userId/unlock' },
    access: 'people.change',
    audit: 'auth.unlock-account',
  }),
  /** Changes the caller's password and ends all of the caller's sessions, this one included. A password that somebody gave cannot stay. */
  changePassword: request({
    subject: 'va.v1.auth.rpc.accounts.change-password',
    input: z.object({ currentPassword: Password, newPassword: Password }),
    output: nothing,
    errors: { CREDENTIALS_REFUSED: 'forbidden', PASSWORD_REFUSED: 'invalid' },
    http: { method: 'POST', path: '/api/auth/password', limit: 'credentials' },
    access: 'session',
    withGivenPassword: true,
    audit: 'auth.change-password',
  }),
  /** Signs in. The answer and its time do not tell whether the account exists. */
  login: request({
    subject: 'va.v1.auth.rpc.sessions.login',
    input: z.object({ email: Email, password: Password, station: Station.default('own') }),
    output: SignInAnswer,
    errors: { CREDENTIALS_REFUSED: 'unauthenticated' },
    http: { method: 'POST', path: '/api/auth/login', limit: 'credentials' },
    access: 'public',
    audit: 'auth.login',
  }),
  /**
   * Trades a refresh token for a new pair, once; a second use ends the whole session family. Only within a few seconds,
   * and while the new token is unused, a repetition gets the same new token again: its answer may have been lost.
   */
  refresh: request({
    subject: 'va.v1.auth.rpc.sessions.refresh',
    input: z.object({
      refreshToken: z.string().min(1).max(512),
      /** Said by the gateway alone, of the cookie of our own page: a browser loses an answer when somebody reloads meanwhile. */
      heldInCookie: z.literal(true).optional(),
    }),
    output: TokenPair,
    errors: { REFRESH_REFUSED: 'unauthenticated' },
    http: { method: 'POST', path: '/api/auth/refresh', limit: 'credentials' },
    access: 'public',
    audit: 'auth.refresh',
  }),
  /** Ends this session; answers where to end the one at the identity provider too, where a provider opened it. */
  logout: request({
    subject: 'va.v1.auth.rpc.sessions.logout',
    input: nothing,
    output: z.object({ providerLogoutUrl: z.url().optional() }),
    http: { method: 'POST', path: '/api/auth/logout' },
    access: 'session',
    withGivenPassword: true,
    audit: 'auth.logout',
  }),
  /** Ends every session of the caller, and every API key. */
  logoutAll: request({
    subject: 'va.v1.auth.rpc.sessions.logout-all',
    input: nothing,
    output: z.object({ endedSessions: z.int() }),
    http: { method: 'POST', path: '/api/auth/logout-all' },
    access: 'session',
    withGivenPassword: true,
    audit: 'auth.logout-all',
  }),
  me: request({
    subject: 'va.v1.auth.rpc.sessions.me',
    input: nothing,
    output: SignedInUser,
    http: { method: 'GET', path: '/api/auth/me' },
    access: 'session',
    withGivenPassword: true,
    audit: 'auth.me',
  }),
  ...sessionOperations,
  ...passwordOperations,
  ...apiKeyOperations,
  ...linkOperations,
  ...provisioningOperations,
  ...registrationOperations,
  ...factorOperations,
  ...emergencyOperations,
  ...oidcOperations,
  /** JSON Web Key Set that verifies access tokens. */
  listKeys: request({
    subject: 'va.v1.auth.rpc.keys.list',
    input: nothing,
    output: z.object({ keys: z.array(PublicKey) }),
    http: { method: 'GET', path: '/api/auth/jwks' },
    access: 'public',
    audit: notAudited('public keys, fetched by everybody who verifies tokens'),
  }),
  /** Sessions ended after `afterSequence` whose access tokens may still be unexpired; the feed every service polls. */
  listRevocations: request({
    subject: 'va.v1.auth.rpc.revocations.list',
    input: z.object({ afterSequence: z.int().min(0) }),
    output: z.object({ revocations: z.array(Revocation), lastSequence: z.int() }),
    access: 'service',
    audit: notAudited('polled by every service several times a second; the acts it tells of are audited'),
    timeoutMs: 2_000,
  }),
});
