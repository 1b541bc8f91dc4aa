import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, HttpClient, refreshTokenInCookie, webClientHeader } from '@voiceassist/contracts';
import fc from 'fast-check';
import { Door, json, refusal } from '../testing/door.js';
import type { Person } from '../testing/people.js';
import { scene } from '../testing/services.js';
import { deviceOf } from './device-of.js';

let door: Door;
let person: Person;

beforeAll(async () => {
  door = await Door.open({ TRUST_PROXY: '1' });
  person = await door.sign('viewer');
});
afterAll(() => door?.close());

const page = { [webClientHeader.name]: webClientHeader.value };
const post = (path: string, body: object, headers: Record<string, string> = {}) => {
  const asking = json('POST', body);
  return door.ask(path, { ...asking, headers: { ...asking.headers, ...headers } });
};
const login = (headers: Record<string, string> = {}) => post('/api/auth/login', { email: 'ada@h.example', password: 'right' }, headers);
const refresh = (headers: Record<string, string>, refreshToken: string = refreshTokenInCookie) => post('/api/auth/refresh', { refreshToken }, headers);
const logout = () => {
  const asking = json('POST', {}, person);
  return door.ask('/api/auth/logout', { ...asking, headers: { ...asking.headers, ...page } });
};
const dataOf = async (response: Response) => ((await response.json()) as { data: Record<string, unknown> }).data;

describe('our own page', () => {
  it('gets its refresh token in a cookie that no script and no other site can use, and never in the answer', async () => {
    const response = await login(page);
    expect(response.headers.get('set-cookie')).toBe('va_refresh=first-refresh-token; Path=/; HttpOnly; SameSite=Strict');
    const text = await response.text();
    expect(text).not.toContain('first-refresh-token');
    expect(JSON.parse(text)).toMatchObject({ data: { accessToken: 'an-access-token', refreshToken: refreshTokenInCookie } });
  });

  it('gets a secure cookie under a name that only secure pages can set, except on its own machine', async () => {
    const elsewheres: Record<string, string>[] = [{ 'x-forwarded-proto': 'https' }, { 'x-forwarded-host': 'assistant.example.org' }];
    for (const elsewhere of elsewheres) {
      const { headers } = await login({ ...page, ...elsewhere });
      expect(headers.get('set-cookie')).toBe('__Host-va_refresh=first-refresh-token; Path=/; HttpOnly; SameSite=Strict; Secure');
    }
  });

  it('renews with the cookie, whatever the body says, and loses it when it signs out', async () => {
    const renewed = await refresh({ ...page, cookie: 'theme=dark; va_refresh=held; other=va_refresh' });
    expect(renewed.headers.get('set-cookie')).toMatch(/^va_refresh=after-held;/);
    expect(await dataOf(renewed)).toMatchObject({ refreshToken: refreshTokenInCookie });
    expect(await refusal(await refresh(page, 'a-token-in-the-body'))).toMatchObject({ status: 401 });
    expect(await refusal(await refresh({ ...page, cookie: 'va_refresh=' }))).toMatchObject({ status: 401 });
    const left = await logout();
    expect(left.headers.get('set-cookie')).toBe('va_refresh=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
  });

  it('is served through the typed client', async () => {
    const client = new HttpClient({ baseUrl: door.url, isOwnPage: true });
    await expect(client.request(auth.login, { email: 'ada@h.example', password: 'right' })).resolves.toMatchObject({ refreshToken: refreshTokenInCookie });
  });

  it('cannot be played by another site', async () => {
    const { host } = new URL(door.url);
    const held = { ...page, cookie: 'va_refresh=held' };
    const foreigners: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: `http://${host}`, 'sec-fetch-site': 'none' }];
    for (const foreign of foreigners) {
      const refused = await refresh({ ...held, ...foreign });
      expect(refused.headers.get('set-cookie')).toBeNull();
      expect(await refusal(refused)).toMatchObject({ status: 403 });
    }
    expect((await refresh({ ...held, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('other clients', () => {
  it('get and send the refresh token in the body; a cookie means nothing without the header of the page', async () => {
    const signedIn = await login();
    expect(signedIn.headers.get('set-cookie')).toBeNull();
    expect(await dataOf(signedIn)).toMatchObject({ refreshToken: 'first-refresh-token' });
    const renewed = await refresh({ cookie: 'va_refresh=held' }, 'sent');
    expect(renewed.headers.get('set-cookie')).toBeNull();
    expect(await dataOf(renewed)).toMatchObject({ refreshToken: 'after-sent' });
  });
});

describe('the device of a client', () => {
  const agents: Record<string, string | undefined> = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0': 'Edge on Windows',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36': 'Chrome on Linux',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1': 'Safari on iPhone',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15': 'Safari on macOS',
    'Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36': 'Samsung Internet on Android',
    'curl/8.5.0': 'curl',
    'node': 'node',
    '': undefined,
    '<script>alert(1)</script>': undefined,
  };
  it.each(Object.entries(agents))('%s', (agent, device) => expect(deviceOf(agent)).toBe(device));

  it('is told in plain words only, whatever is sent, and reaches the service', async () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (agent) => expect(deviceOf(agent) ?? 'none').toMatch(/^[A-Za-z][A-Za-z -]{1,40}$/)));
    await login({ 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' });
    expect(scene.calls.at(-1)?.clientDevice).toBe('Firefox on Linux');
  });
});
