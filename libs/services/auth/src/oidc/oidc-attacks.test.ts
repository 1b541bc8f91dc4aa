import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { asHolder, Directory, fresh, newcomer, signInAdministrator, startHouse, stranger, type House } from '../testing/house.js';
import { OutsideProviders, type Issuer, type Tamper } from '../testing/outside-provider.js';

jest.setTimeout(120_000); // a provider and a database are started, on whatever machine

const ann = { claims: { email: 'ann@h.example', email_verified: true, name: 'Ann', groups: ['doctors'] } };
const settings = { createAccounts: true, groupRoles: { doctors: ['viewer'] } };
type Answer = Parameters<House['auth']['completeProviderSignIn']>[0];

const now = () => Math.floor(Date.now() / 1_000);

describe('attacks on single sign-on', () => {
  let outside: OutsideProviders;
  let house: House;
  let issuer: Issuer;
  let hostile: Issuer;

  beforeAll(async () => {
    outside = await OutsideProviders.start(2);
    [issuer, hostile] = outside.issuers as [Issuer, Issuer];
    for (const each of outside.issuers) await each.tell({ people: { ann }, redirectUris: ['http://localhost:8080/sign-in/hospital', 'http://localhost:8080/sign-in/hostile'] });
    const file = outside.settle([{ id: 'hospital', label: 'Hospital', maxAgeSeconds: 3_600, ...settings }, { id: 'hostile', label: 'Hostile', ...settings }]);
    house = await startHouse({ OIDC_PROVIDERS_FILE: file });
  });
  beforeEach(() => Promise.all(outside.issuers.map((each) => each.tell({ tamper: {} }))));
  afterAll(async () => {
    await house?.close();
    await outside?.stop();
    Directory.people.clear();
  });

  const begin = (providerId = 'hospital') => house.auth.beginProviderSignIn({ providerId }, stranger());
  async function returned(providerId = 'hospital', at = issuer): Promise<Answer> {
    const { authorizationUrl, ticket } = await begin(providerId);
    return { providerId, ticket, state: '', ...(await at.visit(authorizationUrl, 'ann')) };
  }
  const complete = (answer: Answer) => house.auth.completeProviderSignIn(answer, stranger());
  const refused = (code: string) => expect.objectContaining({ code }) as unknown;

  it('sends the browser with everything that binds the answer to it, and keeps only hashes', async () => {
    const { authorizationUrl, ticket } = await begin();
    const query = new URL(authorizationUrl).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('max_age')).toBe('3600');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)?.length).toBeGreaterThanOrEqual(43);
    const rows = JSON.stringify(await house.sql.query('SELECT encode(ticket_hash, \'base64\') AS ticket, a::text AS text FROM auth.provider_attempt AS a'));
    for (const secret of [ticket, query.get('state') ?? '', query.get('nonce') ?? '']) expect(rows).not.toContain(secret);
  });

  it('an answer serves once, at once from many', async () => {
    const answer = await returned();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => complete(answer)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(complete(answer)).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
  });

  it('an answer is good for nothing in another browser, nor with the state of another sign-in', async () => {
    const [stolen, { ticket }] = [await returned(), await begin()];
    await expect(complete({ ...stolen, ticket })).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    await expect(complete({ ...stolen, state: 'a state of their own' })).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    await expect(complete(stolen)).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
  });

  it('a code of somebody else is refused where it is put in', async () => {
    const [own, { code }] = [await returned(), await returned()];
    await expect(complete({ ...own, code })).rejects.toEqual(refused('PROVIDER_REFUSED'));
  });

  it('expires', async () => {
    const answer = await returned();
    await house.sql.query(`UPDATE auth.provider_attempt SET expires_at = clock_timestamp() - interval '1 second'`);
    await expect(complete(answer)).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
  });

  it('the answer of one provider is never taken for that of another', async () => {
    const answer = await returned();
    await expect(complete({ ...answer, providerId: 'hostile' })).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    const { iss: _, ...silent } = await returned();
    await expect(complete(silent)).rejects.toEqual(refused('PROVIDER_REFUSED'));
    await expect(complete({ ...(await returned()), iss: hostile.url })).rejects.toEqual(refused('PROVIDER_REFUSED'));
    const forged = { ...(await returned('hostile', hostile)) };
    await issuer.asked();
    await expect(complete({ ...forged, iss: issuer.url })).rejects.toEqual(refused('PROVIDER_REFUSED'));
    expect(await issuer.asked()).not.toContain('/token'); // the code did not travel to somebody else
  });

  it('what a provider refuses, or says without a code, opens nothing', async () => {
    const { authorizationUrl, ticket } = await begin();
    const back = await issuer.visit(authorizationUrl, 'nobody of that name');
    expect(back['error']).toBe('access_denied');
    await expect(complete({ providerId: 'hospital', ticket, state: '', ...back })).rejects.toEqual(refused('PROVIDER_REFUSED'));
    const { code: _, ...empty } = await returned();
    await expect(complete(empty)).rejects.toEqual(refused('PROVIDER_REFUSED'));
  });

  it.each<[string, Tamper]>([
    ['for another sign-in', { claims: { nonce: 'a nonce of another' } }],
    ['without a nonce', { without: ['nonce'] }],
    ['of another issuer', { claims: { iss: 'https://else.example' } }],
    ['for another client', { claims: { aud: 'another client' } }],
    ['for several, of which another asked', { claims: { aud: ['voiceassist', 'another'], azp: 'another' } }],
    ['that has expired', { claims: { iat: now() - 900, exp: now() - 600 } }],
    ['without a subject', { without: ['sub'] }],
    ['of a sign-in too long ago', { claims: { auth_time: now() - 7_200 } }],
    ['without the time of the sign-in', { without: ['auth_time'] }],
    ['without a signature', { header: { alg: 'none' } }],
    ['signed by somebody else', { header: { key: 'stranger' } }],
    ['signed with the shared secret', { header: { alg: 'HS256', key: 'client-secret' } }],
    ['signed with the public key as a secret', { header: { alg: 'HS256', key: 'public-key' } }],
  ])('an ID token %s is refused', async (_, tamper) => {
    const answer = await returned();
    await issuer.tell({ tamper });
    await expect(complete(answer)).rejects.toEqual(refused('PROVIDER_REFUSED'));
  });

  it('a link begun in one session is not finished in another, nor as a sign-in, nor the other way round', async () => {
    const { accessToken } = await signInAdministrator(house);
    const one = await newcomer(house, accessToken, ['viewer']);
    const [call, other] = [fresh(await asHolder(house, one.tokens.accessToken)), fresh(await asHolder(house, accessToken))];
    const begun = async () => {
      const { authorizationUrl, ticket } = await house.auth.beginIdentityLink({ providerId: 'hospital' }, call);
      return { providerId: 'hospital', ticket, state: '', ...(await issuer.visit(authorizationUrl, 'ann')) };
    };
    await expect(house.auth.linkIdentity(await begun(), other)).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    await expect(complete(await begun())).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    await expect(house.auth.linkIdentity(await returned(), call)).rejects.toEqual(refused('ATTEMPT_EXPIRED'));
    await expect(house.auth.linkIdentity(await begun(), await asHolder(house, one.tokens.accessToken))).rejects.toEqual(refused('STEP_UP_REQUIRED'));
  });

  it.each<[string, Record<string, unknown>, Tamper['header']]>([
    ['for another client', { aud: 'another' }, {}],
    ['without the event', { events: {} }, {}],
    ['that names nobody', {}, {}],
    ['that is an ID token', { sub: 'ann', nonce: 'n' }, {}],
    ['of another kind', { sub: 'ann' }, { typ: 'at+jwt' }],
    ['that has expired', { sub: 'ann', exp: now() - 60 }, {}],
    ['that is old', { sub: 'ann', iat: now() - 3_600, exp: now() + 60 }, {}],
    ['without an identifier', { sub: 'ann', jti: null }, {}],
    ['without a signature', { sub: 'ann' }, { alg: 'none' }],
    ['signed by somebody else', { sub: 'ann' }, { key: 'stranger' }],
    ['signed with the shared secret', { sub: 'ann' }, { alg: 'HS256', key: 'client-secret' }],
    ['of an issuer that nobody has set up', { sub: 'ann', iss: 'https://else.example' }, {}],
  ])('a logout token %s ends nothing', async (_, claims, header) => {
    const logoutToken = await issuer.logoutToken(claims, header);
    await expect(house.auth.endProviderSessions({ logout_token: logoutToken }, stranger())).rejects.toEqual(refused('LOGOUT_TOKEN_REFUSED'));
  });

  it('a logout token of one provider ends nothing of another, and none serves twice', async () => {
    const { accessToken } = await (async () => {
      const answer = await complete(await returned());
      if (answer.kind !== 'signed-in') throw new Error('no factor was expected');
      return answer;
    })();
    await house.auth.endProviderSessions({ logout_token: await hostile.logoutToken({ sub: 'ann' }) }, stranger());
    await expect(house.verifier.verify(accessToken)).resolves.toBeDefined();
    const logoutToken = await issuer.logoutToken({ sub: 'ann' });
    await house.auth.endProviderSessions({ logout_token: logoutToken }, stranger());
    await expect(house.auth.endProviderSessions({ logout_token: logoutToken }, stranger())).rejects.toEqual(refused('LOGOUT_TOKEN_REFUSED'));
  });
});

describe('a provider that leads elsewhere', () => {
  it('is not followed, neither by its addresses nor by a redirection', async () => {
    const outside = await OutsideProviders.start(4);
    const [redirecting, pointing, lying, elsewhere] = outside.issuers as [Issuer, Issuer, Issuer, Issuer];
    const house = await startHouse({ OIDC_PROVIDERS_FILE: outside.settle([{ id: 'redirecting', label: 'r' }, { id: 'pointing', label: 'p', ...settings }, { id: 'lying', label: 'l' }]) });
    try {
      await redirecting.tell({ tamper: { redirect: '/.well-known/openid-configuration', to: `${elsewhere.url}/.well-known/openid-configuration` } });
      await pointing.tell({ people: { ann }, redirectUris: ['http://localhost:8080/sign-in/pointing'], tamper: { discovery: { token_endpoint: `${elsewhere.url}/token` } } });
      await lying.tell({ tamper: { discovery: { issuer: elsewhere.url } } });
      for (const providerId of ['redirecting', 'lying']) await expect(house.auth.beginProviderSignIn({ providerId }, stranger())).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
      const { authorizationUrl, ticket } = await house.auth.beginProviderSignIn({ providerId: 'pointing' }, stranger());
      const back = await pointing.visit(authorizationUrl, 'ann');
      await expect(house.auth.completeProviderSignIn({ providerId: 'pointing', ticket, state: '', ...back }, stranger())).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' });
      expect(await elsewhere.asked()).toEqual([]);
    } finally {
      await house.close();
      await outside.stop();
    }
  });
});
