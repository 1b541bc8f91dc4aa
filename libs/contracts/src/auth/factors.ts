import { z } from 'zod';
import { request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { Instant, UserId } from '../kernel/ids.js';
import { PasskeyAssertion, PasskeyAttestation, PasskeyCreationOptions, PasskeyRequestOptions } from './passkeys.js';
import { Station } from './session-operations.js';
import { RenewedAccess, TokenPair } from './token-pair.js';

export const FactorMethod = z.enum(['passkey', 'totp', 'recovery-code']);
export type FactorMethod = z.infer<typeof FactorMethod>;

/** Says for a few minutes that one person may show a second factor now, and with which methods. */
export const FactorChallenge = z.object({
  challenge: z.string(),
  methods: z.array(FactorMethod),
  passkeyOptions: PasskeyRequestOptions.optional(),
});
export type FactorChallenge = z.infer<typeof FactorChallenge>;

const Challenge = z.string().min(1).max(200);

/** A second factor, shown: `code` for a one-time or recovery code, `assertion` for a passkey. */
export const FactorProof = z.object({
  challenge: Challenge,
  method: FactorMethod,
  code: z.string().min(1).max(64).optional(),
  assertion: PasskeyAssertion.optional(),
}).refine(({ method, code, assertion }) => (method === 'passkey' ? assertion : code) !== undefined, 'a passkey needs an assertion, the other methods a code');
export type FactorProof = z.infer<typeof FactorProof>;

/** Sign-in is complete, or a second factor has to be shown first. */
export const SignInAnswer = z.discriminatedUnion('kind', [
  TokenPair.extend({ kind: z.literal('signed-in') }),
  FactorChallenge.extend({ kind: z.literal('factor-required') }),
]);
export type SignInAnswer = z.infer<typeof SignInAnswer>;

const FactorId = z.uuid();
const FactorName = z.string().trim().min(1).max(80);

export const Factor = z.object({
  factorId: FactorId,
  kind: z.enum(['totp', 'passkey']),
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type Factor = z.infer<typeof Factor>;

export const FactorOverview = z.object({
  factors: z.array(Factor),
  recoveryCodesLeft: z.int(),
  /** What the person holds demands a second factor. */
  demanded: z.boolean(),
  /** `offered`: the installation demands one only of those who administer and oversee; meant for evaluations only. */
  policy: z.enum(['enforced', 'offered']),
});
export type FactorOverview = z.infer<typeof FactorOverview>;

/** What somebody gets who has set up a factor; recovery codes come with the first one and are shown only once. */
export const EnrolledFactor = z.object({
  factor: Factor,
  recoveryCodes: z.array(z.string()).nullable(),
  access: RenewedAccess,
});
export type EnrolledFactor = z.infer<typeof EnrolledFactor>;

const nothing = z.object({});
const refusals = { FACTOR_REFUSED: 'forbidden', CHALLENGE_EXPIRED: 'forbidden' } as const;
const enrolment = { SIGN_IN_AGAIN: 'forbidden', TOO_MANY_FACTORS: 'conflict' } as const;

/** Second factors: shown at sign-in and in between, set up and removed. */
export const factorOperations = {
  /** Completes a sign-in that asked for a second factor. The challenge allows few tries and serves once. */
  verifyFactor: request({
    subject: 'va.v1.auth.rpc.factors.verify',
    input: FactorProof,
    output: TokenPair,
    errors: refusals,
    http: { method: 'POST', path: '/api/auth/mfa/verify', limit: 'credentials' },
    access: 'public',
    audit: 'auth.verify-factor',
  }),
  /** Begins a sign-in with a passkey alone, without name or password. */
  beginPasskeySignIn: request({
    subject: 'va.v1.auth.rpc.passkeys.begin-sign-in',
    input: nothing,
    output: z.object({ challenge: z.string(), passkeyOptions: PasskeyRequestOptions }),
    http: { method: 'POST', path: '/api/auth/passkey/options', limit: 'begins' },
    access: 'public',
    audit: 'auth.begin-passkey-sign-in', auditTogether: true,
  }),
  /** Signs in with a passkey alone: it is something one has, and its device has checked the finger, face or number. */
  signInWithPasskey: request({
    subject: 'va.v1.auth.rpc.passkeys.sign-in',
    input: z.object({ challenge: Challenge, assertion: PasskeyAssertion, station: Station.default('own') }),
    output: TokenPair,
    errors: refusals,
    http: { method: 'POST', path: '/api/auth/passkey', limit: 'credentials' },
    access: 'public',
    audit: 'auth.sign-in-with-passkey',
  }),
  /** Begins to show a factor again in a session; fails with FACTOR_REQUIRED when the person has none. */
  beginStepUp: request({
    subject: 'va.v1.auth.rpc.factors.begin-step-up',
    input: nothing,
    output: FactorChallenge,
    http: { method: 'POST', path: '/api/auth/mfa/step-up/options' },
    access: 'session',
    audit: 'auth.begin-step-up',
  }),
  /** Answers an access token that counts as fresh for the operations that demand it. */
  stepUp: request({
    subject: 'va.v1.auth.rpc.factors.step-up',
    input: FactorProof,
    output: RenewedAccess,
    errors: refusals,
    http: { method: 'POST', path: '/api/auth/mfa/step-up', limit: 'credentials' },
    access: 'session',
    audit: 'auth.step-up',
  }),
  listFactors: request({
    subject: 'va.v1.auth.rpc.factors.list',
    input: nothing,
    output: FactorOverview,
    http: { method: 'GET', path: '/api/auth/mfa/factors' },
    access: 'session',
    audit: 'auth.list-factors',
  }),
  /**
   * Makes the secret of an authenticator app; it counts once `confirmTotp` has seen a code of it. The first factor asks
   * for a recent sign-in, further ones for a fresh factor.
   */
  beginTotp: request({
    subject: 'va.v1.auth.rpc.factors.begin-totp',
    input: nothing,
    output: z.object({ factorId: FactorId, secret: z.string(), uri: z.string() }),
    errors: enrolment,
    http: { method: 'POST', path: '/api/auth/mfa/totp' },
    access: 'session',
    stepUp: 'after-first',
    audit: 'auth.begin-totp',
  }),
  confirmTotp: request({
    subject: 'va.v1.auth.rpc.factors.confirm-totp',
    input: z.object({ factorId: FactorId, code: z.string().min(1).max(16), name: FactorName.optional() }),
    output: EnrolledFactor,
    errors: { ...enrolment, ...refusals },
    http: { method: 'POST', path: '/api/auth/mfa/totp/confirm', limit: 'credentials' },
    access: 'session',
    stepUp: 'after-first',
    audit: 'auth.add-totp',
  }),
  beginPasskey: request({
    subject: 'va.v1.auth.rpc.passkeys.begin',
    input: nothing,
    output: z.object({ challenge: z.string(), passkeyOptions: PasskeyCreationOptions }),
    errors: enrolment,
    http: { method: 'POST', path: '/api/auth/mfa/passkeys/options' },
    access: 'session',
    stepUp: 'after-first',
    audit: 'auth.begin-passkey',
  }),
  addPasskey: request({
    subject: 'va.v1.auth.rpc.passkeys.add',
    input: z.object({ challenge: Challenge, attestation: PasskeyAttestation, name: FactorName.optional() }),
    output: EnrolledFactor,
    errors: { ...enrolment, ...refusals, PASSKEY_REFUSED: 'invalid' },
    http: { method: 'POST', path: '/api/auth/mfa/passkeys', status: 201, limit: 'credentials' },
    access: 'session',
    stepUp: 'after-first',
    audit: 'auth.add-passkey',
  }),
  /** Ends the other sessions of the person. Fails with FACTOR_NEEDED for the last one of somebody of whom a factor is demanded. */
  removeFactor: request({
    subject: 'va.v1.auth.rpc.factors.remove',
    input: z.object({ factorId: FactorId }),
    output: nothing,
    errors: { FACTOR_NOT_FOUND: 'not_found', FACTOR_NEEDED: 'conflict' },
    http: { method: 'DELETE', path: '/api/auth/mfa/factors/:factorId' },
    access: 'session',
    stepUp: true,
    audit: 'auth.remove-factor',
  }),
  /** Replaces all recovery codes, used or not; the new ones are shown only in this answer. */
  renewRecoveryCodes: request({
    subject: 'va.v1.auth.rpc.factors.renew-recovery-codes',
    input: nothing,
    output: z.object({ recoveryCodes: z.array(z.string()) }),
    http: { method: 'POST', path: '/api/auth/mfa/recovery-codes' },
    access: 'session',
    stepUp: true,
    audit: 'auth.renew-recovery-codes',
  }),
  /** For somebody who has lost every factor: removes them all and ends sessions and API keys; the next sign-in sets up new ones. */
  resetFactors: request({
    subject: 'va.v1.auth.rpc.factors.reset',
    input: z.object({ userId: UserId }),
    output: nothing,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found' },
    http: { method: 'DELETE', path: '/api/admin/users/:userId/factors' },
    access: 'people.change',
    stepUp: true,
    audit: 'auth.reset-factors',
  }),
};
