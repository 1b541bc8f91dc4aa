import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, HttpClient, kb, users } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';
import { entraUser, group, oktaUser, Provider } from './house/provider.js';

const someId = '00000000-0000-4000-8000-000000000000';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
const password = 'nine grey herons at the weir';

describe(`provisioning by SCIM, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let provider: Provider;

  beforeAll(async () => {
    product = await Product.start({ SCIM_GROUP_ROLES: 'Ward doctors=clinician;Nurses=nurse;Science=researcher', EMBEDDER_URL: 'none:', SAMPLES_DIR: '', GATEWAY_REQUESTS_PER_MINUTE: '100000', GATEWAY_CREDENTIALS_PER_MINUTE: '1000' });
    boss = await Person.signIn(product);
    provider = await Provider.of(boss);
  }, 180_000);
  afterAll(() => product?.discard());

  const rolesOf = async (userId: string) => (await boss.client.request(users.readUser, { userId })).roles.sort();
  /** The letter is written after the answer; without a mail server the administrator finds it in the console. */
  async function invitationOf(userId: string): Promise<string> {
    for (;;) {
      const { links } = await boss.client.request(auth.listPendingLinks, {});
      const found = links.find((link) => link.userId === userId);
      if (found) return found.linkId;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const make = async (body: object) => String((await provider.ask('POST', '/Users', body)).body['id']);

  it('tells what it can, with schemas and types', async () => {
    const { status, headers, body } = await provider.get('/ServiceProviderConfig');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json; charset=utf-8']);
    expect(body).toMatchObject({ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 100 }, etag: { supported: true } });
    expect((await provider.get('/ResourceTypes')).body['Resources'].map(({ endpoint }) => endpoint)).toEqual(['/Users', '/Groups']);
    const [user] = (await provider.get('/Schemas')).body['Resources'];
    expect(user?.attributes.map(({ name }) => name)).not.toContain('password');
  });

  it('is closed to everybody but a key with its permission, and says so in its own form', async () => {
    const nobody = await provider.ask('GET', '/Users', undefined, { authorization: '' });
    expect([nobody.status, nobody.headers.get('content-type'), nobody.body]).toMatchObject([401, 'application/scim+json; charset=utf-8', { schemas: [errorSchema], status: '401' }]);
    const asBoss = { authorization: `Bearer ${boss.tokens.accessToken}` };
    expect((await provider.ask('GET', '/Users', undefined, asBoss)).body).toMatchObject({ schemas: [errorSchema], status: '403' });
    const { tokens: { user } } = await boss.colleague('viewer', 'composed');
    const role = await boss.client.request(users.defineRole, { name: 'Provisioner', permissions: ['people.provision'] });
    await boss.client.request(users.giveRoles, { userId: user.userId, roleIds: [role.roleId] });
    const composed = await Person.signIn(product, { email: 'composed@hospital.example', password: 'composed has a long enough password' });
    expect((await provider.ask('GET', '/Users', undefined, { authorization: `Bearer ${composed.tokens.accessToken}` })).status).toBe(403);
    expect((await provider.get('/Nothing')).body).toMatchObject({ schemas: [errorSchema], status: '404' });
    await expect(new HttpClient({ baseUrl: product.url, accessToken: () => provider.key }).request(kb.listCollections, {})).rejects.toMatchObject({ status: 403 });
  });

  it('plays what Entra ID sends in the life of a person', async () => {
    const body = entraUser('ada');
    expect((await provider.find('Users', `userName eq "${body.userName}"`)).body).toMatchObject({ totalResults: 0, Resources: [] });
    const made = await provider.ask('POST', '/Users', body);
    const id = String(made.body['id']);
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/scim/v2/Users/${id}`]);
    expect(made.body).toMatchObject({ externalId: 'entra-ada', userName: 'ada@tenant.example', active: true, emails: [{ value: 'ada.mail@hospital.example', type: 'work', primary: true }], name: { givenName: 'ada' } });
    expect(JSON.stringify(made.body)).not.toMatch(/Cardiology|555/);
    expect((await provider.ask('POST', '/Users', body)).body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((await provider.find('Users', 'userName eq "ADA@tenant.example"')).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect((await provider.find('Users', 'externalId eq "entra-ada"')).body).toMatchObject({ totalResults: 1 });
    expect((await provider.find('Users', 'emails[type eq "work"].value eq "ada.mail@hospital.example" and active eq True')).body).toMatchObject({ totalResults: 1 });
    const changed = await provider.patch(`/Users/${id}`,
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ada.new@hospital.example' }, { op: 'Replace', path: 'displayName', value: 'Ada Newname' },
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'Surgery' }, { op: 'Replace', value: { 'name.familyName': 'Newname' } });
    expect([changed.status, changed.body]).toMatchObject([200, { displayName: 'Ada Newname', emails: [{ value: 'ada.new@hospital.example' }], name: { givenName: 'ada', familyName: 'Newname' } }]);
    expect((await provider.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })).body).toMatchObject({ active: false });
    expect((await provider.find('Users', 'active eq false')).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect((await provider.patch(`/Users/${id}`, { op: 'Add', path: 'active', value: 'True' })).body).toMatchObject({ active: true });
  });

  it('plays what Okta sends, a deletion and a return included', async () => {
    const id = await make(oktaUser('olaf'));
    const put = await provider.ask('PUT', `/Users/${id}`, { ...oktaUser('olaf'), id, displayName: 'Olaf Replaced', userName: 'olaf.new@hospital.example', emails: [{ primary: true, value: 'olaf.new@hospital.example' }] });
    expect([put.status, put.body]).toMatchObject([200, { displayName: 'Olaf Replaced', emails: [{ value: 'olaf.new@hospital.example' }] }]);
    expect((await provider.patch(`/Users/${id}`, { op: 'replace', value: { active: false } })).body).toMatchObject({ active: false });
    const gone = await provider.ask('DELETE', `/Users/${id}`);
    expect([gone.status, gone.body]).toEqual([204, {}]);
    expect((await provider.get(`/Users/${id}`)).status).toBe(404);
    expect((await boss.client.request(users.readUser, { userId: id })).active).toBe(false);
    const back = await provider.ask('POST', '/Users', { ...oktaUser('olaf'), userName: 'olaf.new@hospital.example', emails: [] });
    expect([back.status, back.body]).toMatchObject([201, { id, active: true, userName: 'olaf.new@hospital.example' }]);
  });

  it('lets groups give and take exactly the roles that the setting names', async () => {
    const [nina, otto] = [await make(entraUser('nina')), await make(oktaUser('otto'))];
    expect(await rolesOf(nina)).toEqual(['viewer']);
    const made = await provider.ask('POST', '/Groups', group('Ward Doctors', nina));
    const doctors = String(made.body['id']);
    expect([made.status, made.body]).toMatchObject([201, { displayName: 'Ward Doctors', members: [{ value: nina, type: 'User' }] }]);
    expect(await rolesOf(nina)).toEqual(['clinician']);
    expect((await provider.ask('POST', '/Groups', group('ward doctors'))).body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    await provider.patch(`/Groups/${doctors}`, { op: 'Add', path: 'members', value: [{ value: otto, display: 'Otto' }] });
    expect(await rolesOf(otto)).toEqual(['clinician']);
    const asked = await provider.get(`/Groups?excludedAttributes=members&filter=${encodeURIComponent(`id eq "${doctors}" and members eq "${otto}"`)}`);
    expect([asked.body['totalResults'], asked.body['Resources'][0]?.members]).toEqual([1, undefined]);
    await provider.patch(`/Groups/${doctors}`, { op: 'Remove', path: `members[value eq "${nina}"]` });
    await provider.patch(`/Groups/${doctors}`, { op: 'Remove', path: 'members', value: [{ value: otto }] });
    expect([await rolesOf(nina), await rolesOf(otto)]).toEqual([['viewer'], ['viewer']]);
    await provider.ask('PUT', `/Groups/${doctors}`, group('Ward doctors', nina, otto));
    const science = String((await provider.ask('POST', '/Groups', group('Science', otto))).body['id']);
    expect([await rolesOf(nina), await rolesOf(otto)]).toEqual([['clinician'], ['clinician', 'researcher']]);
    await provider.patch(`/Groups/${doctors}`, { op: 'replace', value: { id: doctors, displayName: 'Nurses' } });
    expect([await rolesOf(nina), await rolesOf(otto)]).toEqual([['nurse'], ['nurse', 'researcher']]);
    expect((await provider.ask('DELETE', `/Groups/${doctors}`)).status).toBe(204);
    // without `viewer`, which would let a researcher see whom a text is about
    expect([await rolesOf(nina), await rolesOf(otto)]).toEqual([['viewer'], ['researcher']]);
    await provider.ask('POST', '/Groups', group('admin', otto));
    expect(await rolesOf(otto)).toEqual(['researcher']);
    expect((await provider.get(`/Users/${otto}`)).body['groups']).toEqual(expect.arrayContaining([{ value: science, display: 'Science' }]));
  });

  it('keeps administrators out of reach: no other address, no activation, and one of them stays', async () => {
    const [chief] = (await provider.find('Users', 'userName eq "admin@hospital.example"')).body['Resources'];
    const { tokens: { user } } = await boss.colleague('admin', 'deputy');
    const patch = (operation: object, id = user.userId) => provider.patch(`/Users/${id}`, operation);
    expect(await patch({ op: 'replace', path: 'userName', value: 'thief@evil.example' })).toMatchObject({ status: 403, body: { schemas: [errorSchema] } });
    expect(await patch({ op: 'replace', path: 'emails', value: [{ value: 'thief@evil.example', primary: true }] })).toMatchObject({ status: 403 });
    expect(await patch({ op: 'replace', path: 'active', value: false })).toMatchObject({ status: 200, body: { active: false } });
    expect(await patch({ op: 'replace', path: 'active', value: true })).toMatchObject({ status: 403 });
    expect(await patch({ op: 'replace', path: 'active', value: false }, chief?.id)).toMatchObject({ status: 409 });
    expect(await rolesOf(user.userId)).toEqual(['admin']);
    const service = (await boss.client.request(auth.createServiceAccount, { displayName: 'Lab' })).userId;
    expect((await provider.get(`/Users/${service}`)).status).toBe(404);
  });

  it('changes nothing upon a version that is not the present one', async () => {
    const id = await make(oktaUser('vera'));
    const { headers, body } = await provider.get(`/Users/${id}`);
    const version = headers.get('etag') ?? '';
    expect(body['meta'].version).toBe(version);
    const rename = (displayName: string, ifMatch: string) => provider.ask('PUT', `/Users/${id}`, { ...oktaUser('vera'), displayName }, { 'if-match': ifMatch });
    expect((await rename('Vera Once', version)).status).toBe(200);
    expect((await rename('Vera Twice', version)).status).toBe(412);
    expect((await rename('Vera Thrice', '*')).status).toBe(200);
  });

  it('pages without gaps, sorts, and holds back what was not asked for', async () => {
    const { totalResults, Resources } = (await provider.get('/Users?sortBy=userName&count=100')).body;
    const names = Resources.map(({ userName }) => userName.toLowerCase());
    expect([names.length, names]).toEqual([totalResults, [...names].sort()]);
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= totalResults; startIndex += 2) seen.push(...(await provider.get(`/Users?startIndex=${startIndex}&count=2&attributes=id`)).body['Resources'].map((each) => Object.keys(each).sort().join() + each.id));
    expect(new Set(seen).size).toBe(totalResults);
    expect(seen.every((each) => each.startsWith('id,schemas'))).toBe(true);
    expect((await provider.get('/Users?count=0')).body).toMatchObject({ totalResults, itemsPerPage: 0, Resources: [] });
    expect((await provider.get('/Users?count=100000&startIndex=-3')).body).toMatchObject({ startIndex: 1 });
  });

  it('refuses what is malformed, foreign or endless, in its own form and at once', async () => {
    const id = await make(oktaUser('mallory'));
    const [op, path, value] = ['replace', 'active', false];
    const attempts: [string, number, string | undefined, Promise<{ status: number; body: Record<string, unknown> }>][] = [
      ['a filter of 10,000 characters', 400, 'invalidFilter', provider.find('Users', `userName eq "${'a'.repeat(10_000)}"`)],
      ['a filter that grows when it is spread', 400, undefined, provider.find('Users', Array(25).fill('(active eq true or id pr)').join(' and ') + ' and nonsense eq 1')],
      ['a filter of brackets', 400, 'invalidFilter', provider.find('Users', '('.repeat(900))],
      ['half a filter', 400, 'invalidFilter', provider.find('Users', 'userName eq')],
      ['SQL for a filter', 200, undefined, provider.find('Users', `userName eq "x' OR '1'='1"`)],
      ['an attribute of the prototype', 400, 'invalidFilter', provider.find('Users', 'constructor eq "x"')],
      ['a zero byte', 400, 'invalidFilter', provider.find('Users', String.raw`userName eq "\u0000"`)],
      ['half a body', 400, 'invalidSyntax', provider.ask('POST', '/Users', '{"userName":')],
      ['a list for a body', 400, 'invalidSyntax', provider.ask('POST', '/Users', '[]')],
      ['no name', 400, 'invalidValue', provider.ask('POST', '/Users', { displayName: 'Nobody' })],
      ['no address', 400, 'invalidValue', provider.ask('POST', '/Users', { userName: 'nobody' })],
      ['an object for a name', 400, 'invalidValue', provider.ask('POST', '/Users', { userName: { $ne: '' } })],
      ['a polluted body', 400, undefined, provider.ask('POST', '/Users', '{"userName":"p@hospital.example","__proto__":{"active":false}}')],
      ['no PatchOp', 400, 'invalidSyntax', provider.ask('PATCH', `/Users/${id}`, { Operations: [{ op, path, value }] })],
      ['an unknown operation', 400, 'invalidSyntax', provider.patch(`/Users/${id}`, { op: 'zap', path, value })],
      ['an unknown path', 400, 'invalidPath', provider.patch(`/Users/${id}`, { op, path: 'nonsense', value })],
      ['a path that is a program', 400, 'invalidPath', provider.patch(`/Users/${id}`, { op, path: 'active[(]', value })],
      ['a name taken away', 400, 'invalidValue', provider.patch(`/Users/${id}`, { op: 'remove', path: 'userName' })],
      ['too many operations', 400, 'tooMany', provider.patch(`/Users/${id}`, ...Array.from({ length: 1_001 }, () => ({ op, path, value })))],
      ['a foreign id', 404, undefined, provider.get(`/Users/${someId}`)],
      ['what is no id', 400, 'invalidValue', provider.get('/Users/1')],
      ['a foreign member', 400, 'invalidValue', provider.ask('POST', '/Groups', group('Strangers', someId))],
      ['an unknown kind of body', 415, undefined, provider.ask('POST', '/Users', '<user/>', { 'content-type': 'application/xml' })],
    ];
    const startedAt = Date.now();
    for (const [name, status, scimType, attempt] of attempts) {
      const answer = await attempt;
      expect([name, answer.status, answer.body['scimType']]).toEqual([name, status, scimType ?? answer.body['scimType']]);
      if (status >= 400) expect(answer.body).toMatchObject({ schemas: [errorSchema], status: String(status) });
    }
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect((await provider.get(`/Users/${id}`)).body).toMatchObject({ active: true });
    expect((await provider.find('Groups', 'displayName eq "Strangers"')).body['totalResults']).toBe(0);
  });

  it('ends every access of somebody whom the provider deactivates: tokens, renewal, sockets, keys, sign-in', async () => {
    const userId = await make(oktaUser('lena'));
    const { url } = await boss.client.request(auth.revealLink, { linkId: await invitationOf(userId) });
    await new HttpClient({ baseUrl: product.url }).request(auth.choosePassword, { token: url.split('#')[1] ?? '', newPassword: password });
    await provider.ask('POST', '/Groups', group('Ward doctors', userId));
    const lena = await Person.signIn(product, { email: 'lena@hospital.example', password });
    expect(lena.tokens.user.roles).toEqual(['clinician']);
    const { key } = await lena.client.request(auth.createApiKey, { name: 'mine', permissions: ['passages.search'] });
    const program = new HttpClient({ baseUrl: product.url, accessToken: () => key });
    const search = () => program.request(kb.searchPassages, { query: 'hands' });
    await search();
    const talk = await Conversation.open(lena);

    const startedAt = Date.now();
    await provider.patch(`/Users/${userId}`, { op: 'Replace', path: 'active', value: 'False' });
    const statusOf = (asked: Promise<unknown>) => asked.then(() => 200, ({ status }: { status?: number }) => status ?? 0);
    const untilRefused = async (ask: () => Promise<unknown>) => {
      while ((await statusOf(ask())) !== 401 && Date.now() - startedAt < 60_000) await new Promise((resolve) => setTimeout(resolve, 100));
      return statusOf(ask());
    };
    const ends = await Promise.all([untilRefused(() => lena.client.request(auth.me, {})), untilRefused(search), talk.end().then(({ code }) => code)]);
    const seconds = (Date.now() - startedAt) / 1_000;
    expect(ends.slice(0, 2)).toEqual([401, 401]);
    expect(talk.closed).toBeDefined();
    expect(seconds).toBeLessThan(10);
    expect(await statusOf(lena.client.request(auth.refresh, { refreshToken: lena.tokens.refreshToken }))).toBe(401);
    expect(await statusOf(new HttpClient({ baseUrl: product.url }).request(auth.login, { email: 'lena@hospital.example', password }))).toBe(401);
    await provider.patch(`/Users/${userId}`, { op: 'Replace', path: 'active', value: 'True' });
    expect(await statusOf(new HttpClient({ baseUrl: product.url }).request(auth.login, { email: 'lena@hospital.example', password }))).toBe(200);
    console.log(`${mode}: every access ended ${seconds.toFixed(1)} s after the provider deactivated the person`);
  });

  it('leaves a row of every operation in the ledger, without a name or an address', async () => {
    const page = async (number: number) => (await fetch(`${product.url}/api/admin/audit?pageSize=100&page=${number}`, { headers: { authorization: `Bearer ${boss.tokens.accessToken}` } })).text();
    const deadline = Date.now() + 30_000;
    const actions = ['create-user', 'replace-user', 'patch-user', 'delete-user', 'list-users', 'read-user', 'create-group', 'patch-group', 'replace-group', 'delete-group', 'list-groups'];
    const missing = () => actions.filter((action) => !seen.includes(`scim.${action}"`));
    let seen = '';
    while (Date.now() < deadline) {
      seen = (await Promise.all([1, 2, 3, 4].map(page))).join('\n');
      if (missing().length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(missing()).toEqual([]);
    expect(seen).not.toMatch(/tenant\.example|Entra|lena|ada\.new/);
    expect(seen).toContain('"success":true');
  });
});
