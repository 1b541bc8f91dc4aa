import { expect, it } from '@jest/globals';
import { auth, closeCodes, HttpClient, users, webClientHeader } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation } from '../house/conversation.js';
import { Person } from '../house/person.js';
import { account, bodyOf, codeOf, publicOperations, type Scene, type Told } from './scene.js';

const page = { [webClientHeader.name]: webClientHeader.value };
const refreshPath = auth.refresh.http.path;
const cookiesOf = ({ headers }: Told): string[] => [headers['set-cookie'] ?? []].flat();
const attributesOf = (cookie: string) => cookie.split(';').slice(1).map((each) => each.trim().toLowerCase());
/** The host of an installation, as a browser in the hospital names it. */
const host = { host: 'assistant.hospital.example' };

/** The session of an access token. */
const sessionOf = (token: string) => (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

/** Within the time in which every edge has heard of it, the token opens nothing. */
async function isRefused(scene: Scene, token: string): Promise<boolean> {
  for (let attempt = 0; attempt < 25; attempt += 1) {
    if ((await scene.ask(auth.me.http.path, { headers: { authorization: `Bearer ${token}` } })).status === 401) return true;
    await sleep(100);
  }
  return false;
}

function cookies(scene: () => Scene): void {
  it('v5.0.0-3.3.1 v5.0.0-3.3.2 v5.0.0-3.3.4 the one cookie is secure, strict, unseen by scripts, and its value stands nowhere else', async () => {
    const told = await scene().signInAsPage(account('vera'), host);
    const [cookie = '', ...more] = cookiesOf(told);
    expect([told.status, more]).toEqual([200, []]);
    expect(attributesOf(cookie)).toEqual(expect.arrayContaining(['secure', 'httponly', 'samesite=strict']));
    expect(cookie).toMatch(/^__(?:Host|Secure)-/);
    const value = cookie.split(/[=;]/)[1] ?? '';
    expect(value.length).toBeGreaterThan(20);
    expect(told.text).not.toContain(value);
    expect(cookie.length).toBeLessThan(4_096);
  });

  it('v5.0.0-3.3.3 the cookie belongs to this host alone, so that no sister host can plant one', async () => {
    const [cookie = ''] = cookiesOf(await scene().signInAsPage(account('vera'), host));
    expect(cookie).toMatch(/^__Host-/);
    expect(attributesOf(cookie)).toContain('path=/');
    expect(attributesOf(cookie).some((each) => each.startsWith('domain'))).toBe(false);
  });

  it('v5.0.0-3.5.1 a foreign page can neither renew nor end a session with the cookie that the browser sends along', async () => {
    const signedIn = await scene().signInAsPage(account('vera'), host);
    const cookie = cookiesOf(signedIn)[0]?.split(';')[0] ?? '';
    const forged: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://other.hospital.example' }];
    for (const headers of forged) {
      for (const path of [refreshPath, auth.logout.http.path]) {
        const told = await scene().send('POST', path, {}, { headers: { ...host, ...page, cookie, ...headers } });
        expect([path, told.status >= 400, cookiesOf(told)]).toEqual([path, true, []]);
      }
    }
    const withoutHeader = await scene().send('POST', refreshPath, { refreshToken: 'in-cookie' }, { headers: { ...host, cookie } });
    expect(withoutHeader.status).toBe(401);
    expect((await scene().send('POST', refreshPath, { refreshToken: 'in-cookie' }, { headers: { ...host, ...page, cookie } })).status).toBe(200);
  });
}

function beginnings(scene: () => Scene): void {
  it('v5.0.0-7.2.4 every sign-in makes a session and tokens of its own, whatever session the client brings', async () => {
    const first = await Person.signIn(scene().product, account('vera'));
    const planted = { ...page, cookie: `va_refresh=${first.tokens.refreshToken}; __Host-va_refresh=${first.tokens.refreshToken}`, authorization: `Bearer ${first.tokens.accessToken}` };
    const told = await scene().send('POST', auth.login.http.path, { ...account('vera'), refreshToken: first.tokens.refreshToken, sessionId: sessionOf(first.tokens.accessToken) }, { headers: planted });
    const token = String(bodyOf(told).data?.['accessToken']);
    expect(sessionOf(token)).not.toBe(sessionOf(first.tokens.accessToken));
    expect(cookiesOf(told)[0]).not.toContain(first.tokens.refreshToken);
  });

  it('v5.0.0-7.2.3 session tokens are long, random and never the same', async () => {
    const people = await Promise.all([1, 2, 3].map(() => Person.signIn(scene().product, account('otto'))));
    const tokens = people.map(({ tokens: { refreshToken } }) => refreshToken);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token.replace(/[^\w-]/g, '').length).toBeGreaterThanOrEqual(43);
  });

  it('v5.0.0-6.3.8 a failed sign-in does not tell whether there is such an account', async () => {
    const answerTo = async (email: string) => {
      const told = await scene().send('POST', auth.login.http.path, { email, password: 'certainly not the password' });
      const { error } = bodyOf(told);
      return { status: told.status, error, headers: Object.keys(told.headers).sort() };
    };
    const known = await answerTo('vera@hospital.example');
    expect(await answerTo('nobody.at.all@hospital.example')).toEqual(known);
    expect(known.status).toBe(401);
    expect(bodyOf(await scene().send('POST', auth.register.http.path, { ...account('vera'), displayName: 'x' })).error?.code).toBe('REGISTRATION_CLOSED');
  });

  it('v5.0.0-6.3.2 no account of the usual names waits with a usual password', async () => {
    for (const email of ['admin@voiceassist.local', 'root@localhost.localdomain', 'admin@admin.com', 'test@test.com']) {
      for (const password of ['admin', 'password', 'voiceassist', 'changeme']) expect((await scene().send('POST', auth.login.http.path, { email, password })).status).toBe(401);
    }
  });

  it('v5.0.0-6.4.1 a first password that somebody else gave opens nothing but the way to a password of one\'s own', async () => {
    const handed = { email: 'handed@hospital.example', password: 'handed over on a slip of paper' };
    await scene().boss.client.request(auth.createAccount, { ...handed, displayName: 'Handed', roles: ['viewer'] });
    const answer = await new HttpClient({ baseUrl: scene().product.url }).request(auth.login, handed);
    if (answer.kind !== 'signed-in') throw new Error('a new account has no factor to show');
    expect(answer.mustChangePassword).toBe(true);
    const renewed = await new HttpClient({ baseUrl: scene().product.url }).request(auth.refresh, { refreshToken: answer.refreshToken });
    expect(renewed.mustChangePassword).toBe(true);
    const headers = { authorization: `Bearer ${renewed.accessToken}` };
    const open: string[] = [];
    for (const { contract, route } of publicOperations) {
      if (contract.access === 'public' || contract.withGivenPassword) continue;
      const told = await scene().knock(route, { headers });
      if (told.status !== 403) open.push(`${contract.subject}: ${told.status}`);
      else if (contract.access === 'session') expect([contract.subject, codeOf(told)]).toEqual([contract.subject, 'PASSWORD_CHANGE_REQUIRED']);
    }
    expect(open).toEqual([]);
    const socket = Conversation.raw(scene().product.url, ['voiceassist.v1'], headers);
    expect((await socket.end()).code).toBe(closeCodes.forbidden);
    const change = (newPassword: string) => scene().send('POST', auth.changePassword.http.path, { currentPassword: handed.password, newPassword }, { headers });
    expect(codeOf(await change(handed.password))).toBe('PASSWORD_REFUSED');
    expect((await change('a tide table pinned to the door')).status).toBe(200);
    expect(await isRefused(scene(), renewed.accessToken)).toBe(true);
    const own = await new HttpClient({ baseUrl: scene().product.url }).request(auth.login, { ...handed, password: 'a tide table pinned to the door' });
    expect(own).toMatchObject({ kind: 'signed-in' });
    expect(own).not.toHaveProperty('mustChangePassword');
    expect((await scene().send('POST', auth.login.http.path, handed)).status).toBe(401);
  });

  it('v5.0.0-6.3.3 an administrator without a second factor may do nothing but set one up', async () => {
    const chief = { email: 'chief@hospital.example', password: 'chief has a long enough password' };
    await scene().boss.prepare(chief, 'Chief', 'admin');
    const answer = await new HttpClient({ baseUrl: scene().product.url }).request(auth.login, chief);
    if (answer.kind !== 'signed-in') throw new Error('a new account has no factor to show');
    expect(answer.mustEnrol).toBe(true);
    const headers = { authorization: `Bearer ${answer.accessToken}` };
    for (const path of ['/api/users', '/api/kb/documents', '/api/conversations', '/api/admin/audit', '/api/users/me']) {
      const told = await scene().ask(path, { headers });
      expect([path, told.status, codeOf(told)]).toEqual([path, 403, 'FACTOR_REQUIRED']);
    }
    const { keys } = await scene().viewer.client.request(auth.listKeys, {});
    expect(keys.every((key) => !('d' in key))).toBe(true);
  });

  it('v5.0.0-6.2.1 v5.0.0-6.2.4 v5.0.0-6.2.9 v5.0.0-6.2.11 passwords: short, common and telling ones are refused, long ones taken as they are', async () => {
    const attempt = (password: string, name: string) => scene().boss.client.request(auth.createAccount, { email: `${name}@hospital.example`, password, displayName: name, roles: ['viewer'] }).then(() => 'taken', (error: { code: string }) => error.code);
    for (const password of ['short', 'passwordpassword', 'voiceassistvoiceassist', '123456789012345', 'marvinmarvinmarvin']) expect([password, await attempt(password, 'marvin')]).toEqual([password, 'PASSWORD_REFUSED']);
    const long = `${'Grüße 🫀 '.repeat(20)}end`;
    expect(await attempt(long, 'lena')).toBe('taken');
    const signIn = async (password: string) => (await scene().send('POST', auth.login.http.path, { email: 'lena@hospital.example', password })).status;
    expect([await signIn(long), await signIn(long.slice(0, -1)), await signIn(long.toUpperCase()), await signIn(long.slice(0, 72))]).toEqual([200, 401, 401, 401]);
  });
}

function endings(scene: () => Scene): void {
  it('v5.0.0-7.4.1 after signing out neither the access token, nor the refresh token, nor an open socket is good for anything', async () => {
    const person = await Person.signIn(scene().product, account('vera'));
    const socket = await Conversation.open(person);
    await person.client.request(auth.logout, {});
    expect(await isRefused(scene(), person.tokens.accessToken)).toBe(true);
    expect(codeOf(await scene().send('POST', refreshPath, { refreshToken: person.tokens.refreshToken }))).toBe('REFRESH_REFUSED');
    expect((await socket.end(5_000)).code).toBe(4401);
  });

  it('v5.0.0-7.4.2 a deactivated person has no session left, and cannot begin one', async () => {
    const leaver = await scene().boss.colleague('viewer', 'lothar');
    const socket = await Conversation.open(leaver);
    await scene().boss.client.request(users.deactivateUser, { userId: leaver.tokens.user.userId });
    expect(await isRefused(scene(), leaver.tokens.accessToken)).toBe(true);
    expect((await socket.end(5_000)).code).toBe(4401);
    expect((await scene().send('POST', refreshPath, { refreshToken: leaver.tokens.refreshToken })).status).toBe(401);
    expect((await scene().send('POST', auth.login.http.path, account('lothar'))).status).toBe(401);
  });

  it('v5.0.0-7.4.3 v5.0.0-6.2.2 v5.0.0-6.2.3 a password is changed with the old one only, and that ends every session', async () => {
    const person = await scene().boss.colleague('viewer', 'paula');
    const elsewhere = await Person.signIn(scene().product, account('paula'));
    const change = (currentPassword: string) => person.client.request(auth.changePassword, { currentPassword, newPassword: 'another long enough one of paulas' });
    await expect(change('not the password')).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    await change(account('paula').password);
    for (const { tokens } of [person, elsewhere]) {
      expect(await isRefused(scene(), tokens.accessToken)).toBe(true);
      expect((await scene().send('POST', refreshPath, { refreshToken: tokens.refreshToken })).status).toBe(401);
    }
  });

  it('v5.0.0-7.4.3 the first factor and the removal of one end the other sessions, and after another change each can be ended from the list', async () => {
    const person = await scene().boss.colleague('clinician', 'fay'); // with an authenticator app
    const elsewhere = await Person.signIn(scene().product, account('fay'));
    const { sessions } = await person.client.request(auth.listSessions, {});
    const other = sessions.find(({ current }) => !current);
    await person.client.request(auth.endSession, { sessionId: other?.sessionId ?? '' });
    expect(await isRefused(scene(), elsewhere.tokens.accessToken)).toBe(true);
    const again = await Person.signIn(scene().product, account('fay'));
    await scene().boss.client.request(users.changeRoles, { userId: person.tokens.user.userId, roles: ['viewer'] }); // ends both; a viewer may do without a factor
    expect(await isRefused(scene(), again.tokens.accessToken)).toBe(true);
    const [leaving, staying] = [await Person.signIn(scene().product, account('fay')), await Person.signIn(scene().product, account('fay'))];
    const { factors } = await staying.client.request(auth.listFactors, {});
    await staying.client.request(auth.removeFactor, { factorId: factors[0]?.factorId ?? '' });
    expect(await isRefused(scene(), leaving.tokens.accessToken)).toBe(true);
    await expect(staying.client.request(auth.me, {})).resolves.toBeDefined();
  });

  it('v5.0.0-8.3.2 changed roles count at once: what was opened with the old ones ends', async () => {
    const person = await scene().boss.colleague('viewer', 'rolf');
    await scene().boss.client.request(users.changeRoles, { userId: person.tokens.user.userId, roles: ['researcher'] });
    expect(await isRefused(scene(), person.tokens.accessToken)).toBe(true);
    expect((await Person.signIn(scene().product, account('rolf'))).tokens.user.roles).toEqual(['researcher']);
  });

  it('v5.0.0-10.4.5 a refresh token that comes back after its use ends the family', async () => {
    const person = await Person.signIn(scene().product, account('otto'));
    const second = await person.client.request(auth.refresh, { refreshToken: person.tokens.refreshToken });
    const third = await person.client.request(auth.refresh, { refreshToken: second.refreshToken });
    expect((await scene().send('POST', refreshPath, { refreshToken: person.tokens.refreshToken })).status).toBe(401);
    expect((await scene().send('POST', refreshPath, { refreshToken: third.refreshToken })).status).toBe(401);
    expect(await isRefused(scene(), third.accessToken)).toBe(true);
  });

  it('v5.0.0-7.5.2 people see their own sessions and end them, and none of others', async () => {
    const here = await Person.signIn(scene().product, account('otto'));
    const there = await Person.signIn(scene().product, account('otto'));
    const sessionId = sessionOf(there.tokens.accessToken);
    const { sessions } = await here.client.request(auth.listSessions, {});
    expect(sessions.map((session) => session.sessionId)).toContain(sessionId);
    const path = auth.endSession.http.path.replace(':sessionId', sessionId);
    expect((await scene().ask(path, { method: 'DELETE', as: scene().viewer })).status).toBe(404);
    await here.client.request(auth.endSession, { sessionId });
    expect(await isRefused(scene(), there.tokens.accessToken)).toBe(true);
  });
}

export function sessionAttacks(scene: () => Scene): void {
  cookies(scene);
  beginnings(scene);
  endings(scene);
}
