import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decideAccess, freshFactorSeconds, type Actor } from '@voiceassist/contracts';
import { asHolder, asService, fresh, newcomer, signInAdministrator, startHouse, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('API keys', () => {
  let house: House;
  let administratorToken: string;

  beforeAll(async () => {
    house = await startHouse();
    administratorToken = (await signInAdministrator(house)).accessToken;
  });
  afterAll(() => house?.close());

  const administrator = async () => fresh(await asHolder(house, administratorToken));
  const enter = async () => {
    const { user, tokens, credentials } = await newcomer(house, administratorToken);
    return { user, tokens, credentials, call: fresh(await asHolder(house, tokens.accessToken)) };
  };
  const verify = (key: string) => {
    const [, prefix = '', secret = ''] = /^(va_\w{10})_(.+)$/.exec(key) ?? [];
    return house.auth.verifyApiKey({ prefix, secretHash: createHash('sha256').update(secret).digest('hex') }, asService());
  };
  const scope = ['passages.search' as const, 'collections.read' as const];

  it('are made with a fresh factor, shown once, kept as a hash, and act for their owner within their scope', async () => {
    const { user, call } = await enter();
    const old = call.with({ actor: { ...call.user, factorAt: Math.floor(Date.now() / 1_000) - freshFactorSeconds - 1 } });
    await expect(house.auth.createApiKey({ name: 'script', permissions: scope }, old)).rejects.toEqual(code('STEP_UP_REQUIRED'));
    const { apiKey, key } = await house.auth.createApiKey({ name: 'script', permissions: scope, expiresInDays: 30 }, call);
    expect(key).toMatch(/^va_[a-z2-7]{10}_[\w-]{43}$/);
    expect(apiKey).toMatchObject({ name: 'script', ownerId: user.userId, permissions: scope, lastUsedAt: null, prefix: key.slice(0, 13) });
    expect(Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt)).toBe(30 * 86_400_000);
    const rows = await house.sql.query<{ text: string }[]>('SELECT k::text AS text FROM auth.api_key AS k');
    expect(JSON.stringify(rows)).not.toContain(key.slice(14));
    const { keyId, userId, roles, scope: held } = await verify(key);
    const actor: Actor = { type: 'user', userId, sessionId: keyId, roles, scope: held };
    expect(['passages.search', 'answers.ask', 'documents.upload', 'session'].map((access) => decideAccess({ access: access as 'session' }, actor))).toEqual(['allowed', 'forbidden', 'forbidden', 'forbidden']);
    const [listed] = (await house.auth.listApiKeys({}, call)).apiKeys;
    expect(listed?.lastUsedAt).not.toBeNull();
  });

  it('cannot do more than their owner, and cannot make keys', async () => {
    const { call } = await enter();
    for (const permission of ['documents.upload', 'audit.read', 'api-keys.manage'] as const) {
      await expect(house.auth.createApiKey({ name: 'more', permissions: [...scope, permission] }, call)).rejects.toMatchObject({ code: 'PERMISSION_NOT_HELD', details: { permissions: [permission] } });
    }
    const { key } = await house.auth.createApiKey({ name: 'x', permissions: scope }, call);
    const { keyId, userId, roles, scope: held } = await verify(key);
    const asKey = call.with({ actor: { type: 'user', userId, sessionId: keyId, roles, scope: held, factorAt: call.user.factorAt } });
    await expect(house.auth.createApiKey({ name: 'another', permissions: scope }, asKey)).rejects.toEqual(code('FORBIDDEN'));
    await expect(house.auth.listSessions({}, asKey)).rejects.toEqual(code('FORBIDDEN'));
  });

  it('are found by their beginning, seen by their owner and by administrators only, and revoked at once everywhere', async () => {
    const { user, call } = await enter();
    const { apiKey, key } = await house.auth.createApiKey({ name: 'script', permissions: scope }, call);
    const other = (await enter()).call;
    expect((await house.auth.listApiKeys({ ownerId: user.userId }, other)).apiKeys).toEqual([]);
    for (const prefix of [apiKey.prefix, apiKey.prefix.slice(0, 8)]) expect((await house.auth.listApiKeys({ prefix }, await administrator())).apiKeys.map(({ keyId }) => keyId)).toContain(apiKey.keyId);
    for (const prefix of ['va_%', '%', 'va_1']) expect((await house.auth.listApiKeys({ prefix: `${prefix}zzzz` }, await administrator())).apiKeys).toEqual([]);
    await expect(house.auth.revokeApiKey({ keyId: apiKey.keyId }, other)).rejects.toEqual(code('API_KEY_NOT_FOUND'));
    await house.auth.revokeApiKey({ keyId: apiKey.keyId }, call);
    await until(() => house.feed.isRevoked(apiKey.keyId));
    await expect(verify(key)).rejects.toEqual(code('API_KEY_REFUSED'));
    await expect(house.auth.revokeApiKey({ keyId: apiKey.keyId }, call)).rejects.toEqual(code('API_KEY_NOT_FOUND'));
  });

  it('are not made beside a change that ended the session of whoever makes them', async () => {
    const endings: ((person: Awaited<ReturnType<typeof enter>>) => Promise<unknown>)[] = [
      ({ credentials, call }) => house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'fourteen green bicycles' }, call),
      async ({ user }) => house.auth.resetFactors({ userId: user.userId }, await administrator()),
      ({ call }) => house.auth.logoutAll({}, call),
    ];
    for (const end of endings) {
      const person = await enter();
      await end(person);
      // the edge let the call pass before the session ended
      await expect(house.auth.createApiKey({ name: 'late', permissions: scope }, person.call)).rejects.toEqual(code('UNAUTHENTICATED'));
      expect((await house.auth.listApiKeys({ ownerId: person.user.userId }, await administrator())).apiKeys).toEqual([]);
    }
  });

  it('are revoked with a fresh factor only', async () => {
    const { call } = await enter();
    const { apiKey } = await house.auth.createApiKey({ name: 'script', permissions: scope }, call);
    const stale = call.with({ actor: { ...call.user, factorAt: undefined } });
    await expect(house.auth.revokeApiKey({ keyId: apiKey.keyId }, stale)).rejects.toEqual(code('STEP_UP_REQUIRED'));
  });

  it('end when they expire, and with the roles, the activity, the password, the factors or all sessions of their owner', async () => {
    const ends: ((person: Awaited<ReturnType<typeof enter>>) => Promise<unknown>)[] = [
      async ({ user }) => house.users.changeRoles({ userId: user.userId, roles: ['viewer'] }, await administrator()),
      async ({ user }) => house.users.deactivateUser({ userId: user.userId }, await administrator()),
      async ({ credentials, call }) => house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'fourteen green bicycles' }, call),
      async ({ user }) => house.auth.resetFactors({ userId: user.userId }, await administrator()),
      async ({ call }) => house.auth.logoutAll({}, call),
    ];
    for (const end of ends) {
      const person = await enter();
      const { apiKey, key } = await house.auth.createApiKey({ name: 'script', permissions: scope }, person.call);
      await expect(verify(key)).resolves.toBeDefined();
      await end(person);
      await until(() => house.feed.isRevoked(apiKey.keyId));
      await expect(verify(key)).rejects.toEqual(code('API_KEY_REFUSED'));
    }
    const { key } = await house.auth.createApiKey({ name: 'script', permissions: scope }, (await enter()).call);
    await house.sql.query('UPDATE auth.api_key SET expires_at = now()');
    await expect(verify(key)).rejects.toEqual(code('API_KEY_REFUSED'));
  });

  it('serve accounts of programs, which cannot sign in and are made by administrators alone', async () => {
    const account = await house.auth.createServiceAccount({ displayName: 'Nightly import' }, await administrator());
    expect(account.roles).toEqual(['service']);
    const { key, apiKey } = await house.auth.createApiKey({ name: 'import', permissions: scope, serviceAccountId: account.userId }, await administrator());
    expect(apiKey.ownerId).toBe(account.userId);
    await expect(verify(key)).resolves.toMatchObject({ userId: account.userId, roles: ['service'], scope });
    await expect(house.auth.createApiKey({ name: 'more', permissions: ['documents.upload'], serviceAccountId: account.userId }, await administrator())).rejects.toEqual(code('PERMISSION_NOT_HELD'));
    const { user, call } = await enter();
    await expect(house.auth.createApiKey({ name: 'x', permissions: scope, serviceAccountId: account.userId }, call)).rejects.toEqual(code('SERVICE_ACCOUNT_NOT_FOUND'));
    await expect(house.auth.createApiKey({ name: 'x', permissions: scope, serviceAccountId: user.userId }, await administrator())).rejects.toEqual(code('SERVICE_ACCOUNT_NOT_FOUND'));
    await expect(house.auth.createServiceAccount({ displayName: 'x' }, call)).rejects.toEqual(code('FORBIDDEN'));
  });
});
