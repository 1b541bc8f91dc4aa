import { randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, reachOf, type ApiKey, type ParsedInputOf, type SignedInUser } from '@voiceassist/contracts';
import { assertWithin, commonFailure, failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { People } from '../people/people.js';
import { countedSignIn } from '../sign-in/auth.metrics.js';
import { newApiKey } from './api-key-text.js';
import type { ApiKeyRow } from './api-key.entity.js';
import { ApiKeysRepository, type ApiKeyFilter } from './api-keys.repository.js';

const dayMs = 86_400_000;
const mostKeys = 50;

type NewKey = ParsedInputOf<typeof auth.createApiKey>;
type Presented = ParsedInputOf<typeof auth.verifyApiKey>;

/** Keys for programs: limited to some of what their owner may do, for a time, and revoked with the owner's access. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly people: People,
  ) {}

  async create({ name, permissions, expiresInDays, serviceAccountId }: NewKey, call: Call): Promise<{ apiKey: ApiKey; key: string }> {
    const owner = serviceAccountId === undefined ? call.user : await this.serviceAccount(serviceAccountId, call);
    const scope = [...new Set(permissions)];
    // a key that could make keys would outlive its own end
    const excess = scope.filter((permission) => permission === 'api-keys.manage' || !reachOf(permission, owner));
    if (excess.length > 0) throw failure(auth.createApiKey, 'PERMISSION_NOT_HELD', 'A key can only do what its owner may do.', { field: 'permissions', details: { permissions: excess } });
    if ((await this.keys.countOf(owner.userId)) >= mostKeys) throw failure(auth.createApiKey, 'TOO_MANY_API_KEYS', `There are ${mostKeys} keys already. Revoke one first.`);
    const { key, prefix, secretHash } = newApiKey();
    const createdAt = new Date();
    const row = { keyId: randomUUID(), prefix, secretHash, ownerId: owner.userId, name, permissions: scope, createdAt, expiresAt: new Date(createdAt.getTime() + expiresInDays * dayMs) };
    const apiKey = shown({ ...row, lastUsedAt: null });
    noteChange(call, { after: apiKey });
    const made = await this.keys.whileLive(call.user, async (manager) => {
      await this.keys.insert(manager, row);
      return { apiKey, key };
    });
    if (!made) throw commonFailure('UNAUTHENTICATED', 'Sign in again.'); // a key must not outlive the change that ended the session
    return made;
  }

  async list(filter: ApiKeyFilter, call: Call): Promise<ApiKey[]> {
    const ownerId = managesAll(call) ? filter.ownerId : call.user.userId;
    return (await this.keys.list({ ...filter, ownerId })).map(shown);
  }

  async revoke(keyId: string, call: Call): Promise<void> {
    const which = managesAll(call) ? { keyId } : { keyId, ownerId: call.user.userId };
    const revoked = await this.keys.revoke(which);
    if (revoked) noteChange(call, { before: { keyId, revoked: false }, after: { keyId, revoked: true } });
    else throw failure(auth.revokeApiKey, 'API_KEY_NOT_FOUND', 'There is no such key.');
  }

  /** Roles are read anew each time, so that a key never keeps what its owner has lost. */
  verify(presented: Presented, call: Call) {
    return countedSignIn('api_key', () => this.check(presented, call));
  }

  private async check({ prefix, secretHash }: Presented, call: Call) {
    const key = await this.keys.findByPrefix(prefix);
    if (!key || !timingSafeEqual(key.secretHash, Buffer.from(secretHash, 'hex'))) throw keyRefused();
    const owner = await this.people.findActive(key.ownerId, call);
    if (!owner) throw keyRefused();
    await this.keys.noteUse(key.keyId);
    const { roles, permissions } = owner;
    return { keyId: key.keyId, userId: key.ownerId, roles, permissions, scope: key.permissions, expiresAt: key.expiresAt.toISOString() };
  }

  /** An account that cannot sign in: nobody has an address in a domain that exists nowhere. */
  async createServiceAccount(displayName: string, call: Call): Promise<SignedInUser> {
    const userId = randomUUID();
    const account = { userId, email: `${userId}@service-accounts.invalid`, displayName, roles: ['service' as const] };
    assertWithin(account, call.actor);
    return this.people.create(account, call);
  }

  private async serviceAccount(userId: string, call: Call) {
    const account = managesAll(call) ? await this.people.findActive(userId, call) : null;
    if (!account?.roles.includes('service')) throw failure(auth.createApiKey, 'SERVICE_ACCOUNT_NOT_FOUND', 'There is no such service account.');
    return account;
  }
}

const managesAll = (call: Call): boolean => reachOf('api-keys.manage', call.user) === 'any';
const keyRefused = () => failure(auth.verifyApiKey, 'API_KEY_REFUSED', 'The API key is not valid.');

function shown({ keyId, prefix, name, ownerId, permissions, createdAt, expiresAt, lastUsedAt }: Omit<ApiKeyRow, 'secretHash' | 'revokedAt'>): ApiKey {
  return {
    keyId, prefix, name, ownerId, permissions: [...permissions], createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
