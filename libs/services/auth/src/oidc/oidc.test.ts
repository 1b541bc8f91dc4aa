import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { SignInAnswer, TokenPair } from '@voiceassist/contracts';
import { asHolder, Directory, fresh, newcomer, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';
import { codeOf } from '../testing/app-of.js';
import { OutsideProviders, type Issuer } from '../testing/outside-provider.js';

jest.setTimeout(120_000); // a provider and a database are started, on whatever machine

const person = (email: string, groups: string[], more: Record<string, unknown> = {}) => ({ claims: { email, email_verified: true, name: email.split('@')[0], groups, ...more } });

describe('signing in through an identity provider', () => {
  let outside: OutsideProviders;
  let house: House;
  let issuer: Issuer;
  let second: Issuer;
  let administratorToken: string;

  beforeAll(async () => {
    outside = await OutsideProviders.start(2);
    [issuer, second] = outside.issuers as [Issuer, Issuer];
    for (const each of outside.issuers) await each.tell({ redirectUris: ['http://localhost:8080/sign-in/hospital', 'http://localhost:8080/sign-in/clinic'] });
    const file = outside.settle([
      {
        id: 'hospital', label: 'Hospital login', createAccounts: true, emailDomains: ['h.example'],
        groupRoles: { doctors: ['clinician'], nurses: ['nurse'], it: ['admin'] }, secondFactor: { acr: ['urn:two'], amr: ['mfa'] },
      },
      { id: 'clinic', label: 'Clinic login' },
      { id: 'dead', label: 'Dead login', issuer: 'http://127.0.0.1:9', clientId: 'x', createAccounts: true, defaultRoles: ['viewer'] },
    ]);
    house = await startHouse({ OIDC_PROVIDERS_FILE: file, AUTH_FACTOR_POLICY: 'enforced' });
    administratorToken = await administratorWithFactor();
  });
  afterAll(async () => {
    await house?.close();
    await outside?.stop();
    Directory.people.clear();
  });

  async function administratorWithFactor(): Promise<string> {
    const { accessToken } = await signInAdministrator(house);
    const call = await asHolder(house, accessToken);
    const { factorId, secret } = await house.auth.beginTotp({}, call);
    return (await house.auth.confirmTotp({ factorId, code: codeOf(secret) }, call)).access.accessToken;
  }

  async function come(login: string, { at = issuer, providerId = 'hospital' } = {}): Promise<SignInAnswer> {
    const { authorizationUrl, ticket } = await house.auth.beginProviderSignIn({ providerId }, stranger());
    const returned = await at.visit(authorizationUrl, login);
    return house.auth.completeProviderSignIn({ providerId, ticket, state: '', ...returned }, stranger());
  }

  async function enter(login: string, where = {}): Promise<TokenPair> {
    const answer = await come(login, where);
    if (answer.kind !== 'signed-in') throw new Error('a second factor is asked for');
    return answer;
  }

  async function link(accessToken: string, login: string) {
    const providerId = 'clinic';
    const call = fresh(await asHolder(house, accessToken));
    const { authorizationUrl, ticket } = await house.auth.beginIdentityLink({ providerId }, call);
    return house.auth.linkIdentity({ providerId, ticket, state: '', ...(await second.visit(authorizationUrl, login)) }, call);
  }

  const isLive = (accessToken: string) => house.verifier.verify(accessToken).then(() => true, () => false);

  it('shows names of providers and nothing else of them', async () => {
    const { providers } = await house.auth.listProviders({}, stranger());
    expect(providers).toEqual([{ providerId: 'hospital', label: 'Hospital login' }, { providerId: 'clinic', label: 'Clinic login' }, { providerId: 'dead', label: 'Dead login' }]);
  });

  it('makes an account with the roles of the groups, once, and the local policy asks for a factor', async () => {
    await issuer.tell({ people: { ann: person('ann@h.example', ['doctors', 'golf']) } });
    const first = await enter('ann');
    expect(first.user).toMatchObject({ email: 'ann@h.example', displayName: 'ann', roles: ['clinician'] });
    expect(first.mustEnrol).toBe(true);
    const again = await enter('ann');
    expect(again.user.userId).toBe(first.user.userId);
    const { identities } = await house.auth.listIdentities({}, await asHolder(house, again.accessToken));
    expect(identities).toMatchObject([{ providerId: 'hospital', label: 'Hospital login', lastUsedAt: expect.any(String) }]);
  });

  it('takes the factor of the provider where its words are trusted, and still wants a fresh one of ours for what needs it', async () => {
    const { claims } = person('eve@h.example', ['doctors']);
    await issuer.tell({ people: { eve: { claims, token: { amr: ['pwd', 'mfa'] } }, tom: { claims: { ...claims, email: 'tom@h.example' }, token: { acr: 'urn:two' } }, liz: { claims: { ...claims, email: 'liz@h.example', acr: 'urn:two', amr: ['mfa'] }, token: { amr: ['pwd'] } } } });
    expect((await enter('eve')).mustEnrol).toBeUndefined();
    const { accessToken, mustEnrol } = await enter('tom');
    expect(mustEnrol).toBeUndefined();
    expect((await enter('liz')).mustEnrol).toBe(true);
    await expect(house.auth.beginIdentityLink({ providerId: 'clinic' }, await asHolder(house, accessToken))).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });

  it('asks for the factor that somebody has here, and the session knows who opened it', async () => {
    await issuer.tell({ people: { max: person('max@h.example', ['nurses']) } });
    const { accessToken } = await enter('max');
    const call = await asHolder(house, accessToken);
    const { factorId, secret } = await house.auth.beginTotp({}, call);
    await house.auth.confirmTotp({ factorId, code: codeOf(secret) }, call);
    const answer = await come('max');
    if (answer.kind !== 'factor-required') throw new Error('a factor was expected');
    const pair = await house.auth.verifyFactor({ challenge: answer.challenge, method: 'totp', code: codeOf(secret, 1) }, stranger());
    const { providerLogoutUrl } = await house.auth.logout({}, await asHolder(house, pair.accessToken));
    expect(providerLogoutUrl).toContain(`${issuer.url}/session/end?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F`);
  });

  it('gives and takes the roles that groups stand for, no others, and ends what was open before', async () => {
    await issuer.tell({ people: { pia: person('pia@h.example', ['nurses']) } });
    const before = await enter('pia');
    await house.users.changeRoles({ userId: before.user.userId, roles: ['nurse', 'researcher'] }, fresh(await asHolder(house, administratorToken)));
    await issuer.tell({ people: { pia: person('pia@h.example', ['doctors']) } });
    const after = await enter('pia');
    expect([...after.user.roles].sort()).toEqual(['clinician', 'researcher']);
    await until(async () => !(await isLive(before.accessToken)));
    expect(await isLive(after.accessToken)).toBe(true);
    expect((await enter('pia')).user.roles).toEqual(after.user.roles);
    expect(await isLive(after.accessToken)).toBe(true);
  });

  it('ends access and sessions of somebody who has lost every group', async () => {
    await issuer.tell({ people: { kim: person('kim@h.example', ['nurses']) } });
    const { accessToken, user } = await enter('kim');
    await issuer.tell({ people: { kim: person('kim@h.example', ['golf']) } });
    await expect(enter('kim')).rejects.toMatchObject({ code: 'ACCESS_NOT_GRANTED' });
    await until(async () => !(await isLive(accessToken)));
    expect(Directory.people.get(user.userId)?.active).toBe(false);
  });

  it.each([
    ['whom no group lets in', person('joe@h.example', ['golf']), 'ACCESS_NOT_GRANTED'],
    ['of a foreign domain', person('joe@else.example', ['doctors']), 'IDENTITY_NOT_LINKED'],
    ['of a domain that only ends alike', person('joe@not-h.example', ['doctors']), 'IDENTITY_NOT_LINKED'],
    ['whose address nobody has checked', person('joe@h.example', ['doctors'], { email_verified: false }), 'IDENTITY_NOT_LINKED'],
    ['without an address', { claims: { groups: ['doctors'] } }, 'IDENTITY_NOT_LINKED'],
    ['whose groups were too many to send', person('joe@h.example', ['doctors'], { _claim_names: { groups: 'src1' } }), 'PROVIDER_REFUSED'],
  ])('makes no account for somebody %s', async (_, joe, code) => {
    await issuer.tell({ people: { joe: { ...joe, ...(code === 'PROVIDER_REFUSED' && { token: { _claim_names: { groups: 'src1' } } }) } } });
    await expect(enter('joe')).rejects.toMatchObject({ code });
    expect([...Directory.people.values()].some(({ email }) => email.startsWith('joe@'))).toBe(false);
  });

  it('never opens an account by its address alone; its owner links the identity, signs in with it, and unlinks it', async () => {
    const { tokens, credentials, user } = await newcomer(house, administratorToken, ['viewer']);
    await issuer.tell({ people: { thief: person(credentials.email, ['doctors']) } });
    await second.tell({ people: { owner: person(credentials.email, []) } });
    await expect(enter('thief')).rejects.toMatchObject({ code: 'IDENTITY_NOT_LINKED' });
    await expect(enter('owner', { at: second, providerId: 'clinic' })).rejects.toMatchObject({ code: 'IDENTITY_NOT_LINKED' });
    const identity = await link(tokens.accessToken, 'owner');
    const entered = await enter('owner', { at: second, providerId: 'clinic' });
    expect(entered.user).toMatchObject({ userId: user.userId, roles: ['viewer'] });
    const other = await newcomer(house, administratorToken, ['viewer']);
    await expect(link(other.tokens.accessToken, 'owner')).rejects.toMatchObject({ code: 'IDENTITY_TAKEN' });
    await expect(house.auth.unlinkIdentity({ identityId: identity.identityId }, fresh(await asHolder(house, other.tokens.accessToken)))).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' });
    await house.auth.unlinkIdentity({ identityId: identity.identityId }, fresh(await asHolder(house, tokens.accessToken)));
    await until(async () => !(await isLive(entered.accessToken)));
    expect(await isLive(tokens.accessToken)).toBe(true);
    await expect(enter('owner', { at: second, providerId: 'clinic' })).rejects.toMatchObject({ code: 'IDENTITY_NOT_LINKED' });
  });

  it('does not unlink what alone opens an account', async () => {
    await issuer.tell({ people: { solo: person('solo@h.example', ['nurses']) } });
    const call = fresh(await asHolder(house, (await enter('solo')).accessToken));
    const { identities } = await house.auth.listIdentities({}, call);
    await expect(house.auth.unlinkIdentity({ identityId: identities[0]?.identityId ?? '' }, call)).rejects.toMatchObject({ code: 'IDENTITY_NEEDED' });
  });

  it('lets nobody in who was deactivated here', async () => {
    await issuer.tell({ people: { off: person('off@h.example', ['nurses']) } });
    const { user } = await enter('off');
    await house.users.deactivateUser({ userId: user.userId }, fresh(await asHolder(house, administratorToken)));
    await expect(enter('off')).rejects.toMatchObject({ code: 'ACCESS_NOT_GRANTED' });
    expect(Directory.people.get(user.userId)?.active).toBe(false);
  });

  it('says of a dead provider that it is down, and goes on without it', async () => {
    await expect(house.auth.beginProviderSignIn({ providerId: 'dead' }, stranger())).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    const ready = await fetch(`${house.running.url}/ready`);
    const { data } = (await ready.json()) as { data: { dependencies: { name: string; status: string; required: boolean }[] } };
    expect(ready.status).toBe(200);
    expect(data.dependencies.filter(({ name }) => name.includes('identity-provider')).map(({ name, status, required }) => [name, status, required])).toEqual([
      ['auth/identity-provider-hospital', 'ok', false], ['auth/identity-provider-clinic', 'ok', false], ['auth/identity-provider-dead', 'down', false],
    ]);
  });

  it('ends the sessions that a provider ends, by person or by session there, and no others', async () => {
    await issuer.tell({ people: { one: { ...person('one@h.example', ['nurses']), token: { sid: 'there-1' } }, two: { ...person('two@h.example', ['nurses']), token: { sid: 'there-2' } } } });
    const [first, later, other] = [await enter('one'), await enter('one'), await enter('two')];
    await house.auth.endProviderSessions({ logout_token: await issuer.logoutToken({ sid: 'there-2' }) }, stranger());
    await until(async () => !(await isLive(other.accessToken)));
    expect(await isLive(first.accessToken)).toBe(true);
    await house.auth.endProviderSessions({ logout_token: await issuer.logoutToken({ sub: 'one', sid: 'elsewhere' }) }, stranger());
    expect(await isLive(first.accessToken)).toBe(true);
    await house.auth.endProviderSessions({ logout_token: await issuer.logoutToken({ sub: 'one' }) }, stranger());
    await until(async () => !(await isLive(first.accessToken)) && !(await isLive(later.accessToken)));
  });
});
