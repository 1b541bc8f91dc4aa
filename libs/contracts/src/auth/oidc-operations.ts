import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { Instant } from '../kernel/ids.js';
import { SignInAnswer } from './factors.js';
import { Station } from './session-operations.js';

/** How an identity provider is called in addresses and settings. */
export const ProviderId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);

/** One account at an identity provider that opens an account here. */
export const Identity = z.object({
  identityId: z.uuid(),
  providerId: z.string(),
  /** What people call the provider; its id where it is no longer set up. */
  label: z.string(),
  linkedAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type Identity = z.infer<typeof Identity>;

/** Where the browser has to go, and what has to come back with the answer from there. */
const Begun = z.object({
  authorizationUrl: z.url(),
  /** Kept by the browser that began: an answer of the provider is good for nothing in any other. */
  ticket: z.string(),
});

/** What the provider sent to our page, as it came, with the ticket of the browser. */
const Returned = z.object({
  providerId: ProviderId,
  ticket: z.string().min(1).max(200),
  state: z.string().min(1).max(500),
  code: z.string().min(1).max(4_096).optional(),
  /** Which provider answers (RFC 9207). */
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
});

const nothing = z.object({});
const begin = { PROVIDER_NOT_FOUND: 'not_found', PROVIDER_UNAVAILABLE: 'unavailable' } as const;
const complete = { ...begin, PROVIDER_REFUSED: 'forbidden', ATTEMPT_EXPIRED: 'forbidden' } as const;

/** Sign-in through identity providers (OpenID Connect), and the identities that people have linked to their accounts. */
export const oidcOperations = {
  listProviders: request({
    subject: 'va.v1.auth.rpc.providers.list',
    input: nothing,
    output: z.object({ providers: z.array(z.object({ providerId: ProviderId, label: z.string() })) }),
    http: { method: 'GET', path: '/api/auth/oidc/providers' },
    access: 'public',
    audit: notAudited('names of providers, for the buttons of the sign-in page'),
  }),
  /** Begins a sign-in; the answer is good once and for ten minutes. */
  beginProviderSignIn: request({
    subject: 'va.v1.auth.rpc.providers.begin-sign-in',
    input: z.object({ providerId: ProviderId, station: Station.default('own') }),
    output: Begun,
    errors: begin,
    http: { method: 'POST', path: '/api/auth/oidc/sign-in/begin', limit: 'begins' },
    access: 'public',
    audit: 'auth.begin-provider-sign-in', auditTogether: true,
  }),
  /**
   * Signs in with what the provider sent. Fails with IDENTITY_NOT_LINKED for the address of an account that nobody has
   * linked: only its owner can, once signed in. Fails with ACCESS_NOT_GRANTED where no group gives a role.
   */
  completeProviderSignIn: request({
    subject: 'va.v1.auth.rpc.providers.complete-sign-in',
    input: Returned,
    output: SignInAnswer,
    errors: { ...complete, IDENTITY_NOT_LINKED: 'conflict', ACCESS_NOT_GRANTED: 'forbidden' },
    http: { method: 'POST', path: '/api/auth/oidc/sign-in', limit: 'credentials' },
    access: 'public',
    audit: 'auth.sign-in-with-provider',
    timeoutMs: 20_000,
  }),
  listIdentities: request({
    subject: 'va.v1.auth.rpc.identities.list',
    input: nothing,
    output: z.object({ identities: z.array(Identity) }),
    http: { method: 'GET', path: '/api/auth/oidc/identities' },
    access: 'session',
    audit: 'auth.list-identities',
  }),
  /** Begins to link an identity to the account of this session. */
  beginIdentityLink: request({
    subject: 'va.v1.auth.rpc.identities.begin-link',
    input: z.object({ providerId: ProviderId }),
    output: Begun,
    errors: begin,
    http: { method: 'POST', path: '/api/auth/oidc/identities/begin', limit: 'credentials' },
    access: 'session',
    stepUp: true,
    audit: 'auth.begin-identity-link',
  }),
  /** Links what the provider proved; only in the session that began it. */
  linkIdentity: request({
    subject: 'va.v1.auth.rpc.identities.link',
    input: Returned,
    output: Identity,
    errors: { ...complete, IDENTITY_TAKEN: 'conflict', TOO_MANY_IDENTITIES: 'conflict' },
    http: { method: 'POST', path: '/api/auth/oidc/identities', status: 201, limit: 'credentials' },
    access: 'session',
    stepUp: true,
    audit: 'auth.link-identity',
    timeoutMs: 20_000,
  }),
  /** Ends the sessions that the identity opened. Fails with IDENTITY_NEEDED when nothing else would open the account. */
  unlinkIdentity: request({
    subject: 'va.v1.auth.rpc.identities.unlink',
    input: z.object({ identityId: z.uuid() }),
    output: nothing,
    errors: { IDENTITY_NOT_FOUND: 'not_found', IDENTITY_NEEDED: 'conflict' },
    http: { method: 'DELETE', path: '/api/auth/oidc/identities/:identityId' },
    access: 'session',
    stepUp: true,
    audit: 'auth.unlink-identity',
  }),
  /** A provider tells that somebody signed out there (OpenID Connect Back-Channel Logout 1.0): the sessions it opened end. */
  endProviderSessions: request({
    subject: 'va.v1.auth.rpc.providers.end-sessions',
    input: z.object({ logout_token: z.string().min(1).max(16_384) }),
    output: nothing,
    errors: { LOGOUT_TOKEN_REFUSED: 'invalid', PROVIDER_UNAVAILABLE: 'unavailable' },
    http: { method: 'POST', path: '/api/auth/oidc/backchannel-logout', form: 'urlencoded' },
    access: 'public',
    audit: 'auth.end-provider-sessions',
  }),
};
