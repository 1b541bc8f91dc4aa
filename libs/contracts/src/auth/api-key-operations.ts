import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { Instant, UserId } from '../kernel/ids.js';
import { Permission, Role } from '../kernel/permissions.js';
import { SignedInUser } from './token-pair.js';

const KeyId = z.uuid();
/** The beginning of a key, which may be shown, searched for and found by scanners; it opens nothing. */
const KeyPrefix = z.string().regex(/^va_[a-z2-7]{10}$/);

/** A key with which a program acts for a person or a service account, without the secret. */
export const ApiKey = z.object({
  keyId: KeyId,
  prefix: KeyPrefix,
  name: z.string(),
  ownerId: UserId,
  /** All that it may do, as far as its owner still may. */
  permissions: z.array(Permission),
  createdAt: Instant,
  expiresAt: Instant,
  /** To the minute; null while it was never used. */
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const apiKeyOperations = {
  /** Makes a key for oneself or, as an administrator, for a service account. It is shown this once. */
  createApiKey: request({
    subject: 'va.v1.auth.rpc.api-keys.create',
    input: z.object({
      name: z.string().trim().min(1).max(100),
      permissions: z.array(Permission).min(1).max(50),
      expiresInDays: z.int().min(1).max(366).default(90),
      serviceAccountId: UserId.optional(),
    }),
    output: z.object({ apiKey: ApiKey, key: z.string() }),
    errors: { PERMISSION_NOT_HELD: 'forbidden', SERVICE_ACCOUNT_NOT_FOUND: 'not_found', TOO_MANY_API_KEYS: 'conflict' },
    http: { method: 'POST', path: '/api/auth/api-keys', status: 201 },
    access: 'api-keys.manage',
    stepUp: true,
    audit: 'auth.create-api-key',
  }),
  /** The caller's keys that can still be used; administrators see everybody's. */
  listApiKeys: request({
    subject: 'va.v1.auth.rpc.api-keys.list',
    input: z.object({ prefix: z.string().max(13).optional(), ownerId: UserId.optional() }),
    output: z.object({ apiKeys: z.array(ApiKey) }),
    http: { method: 'GET', path: '/api/auth/api-keys' },
    access: 'api-keys.manage',
    audit: 'auth.list-api-keys',
  }),
  revokeApiKey: request({
    subject: 'va.v1.auth.rpc.api-keys.revoke',
    input: z.object({ keyId: KeyId }),
    output: z.object({}),
    errors: { API_KEY_NOT_FOUND: 'not_found' },
    http: { method: 'DELETE', path: '/api/auth/api-keys/:keyId' },
    access: 'api-keys.manage',
    stepUp: true,
    audit: 'auth.revoke-api-key',
  }),
  /** Makes an account for a program: it has the role `service`, cannot sign in, and acts with API keys alone. */
  createServiceAccount: request({
    subject: 'va.v1.auth.rpc.service-accounts.create',
    input: z.object({ displayName: z.string().trim().min(1).max(200) }),
    output: SignedInUser,
    errors: beyondOwnAccess,
    http: { method: 'POST', path: '/api/admin/service-accounts', status: 201 },
    access: 'people.create',
    stepUp: true,
    audit: 'auth.create-service-account',
  }),
  /** Who acts with a key. The edge sends a hash of the secret, so that the secret itself goes no further. */
  verifyApiKey: request({
    subject: 'va.v1.auth.rpc.api-keys.verify',
    input: z.object({ prefix: KeyPrefix, secretHash: z.string().regex(/^[0-9a-f]{64}$/) }),
    output: z.object({ keyId: KeyId, userId: UserId, roles: z.array(Role), permissions: z.array(Permission).optional(), scope: z.array(Permission), expiresAt: Instant }),
    errors: { API_KEY_REFUSED: 'unauthenticated' },
    access: 'service',
    audit: notAudited('asked every two seconds for each key in use; what is done with a key is audited under its id'),
    timeoutMs: 2_000,
  }),
};
