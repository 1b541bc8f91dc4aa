import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { refreshTokenInCookie, webClientHeader, type TokenPair } from '@voiceassist/contracts';
import { Tokens } from './tokens.ts';

const minuteMs = 60_000;
const ada = { userId: '00000000-0000-4000-8000-000000000001', email: 'ada@h.example', displayName: 'Ada', roles: [] };
const pairOf = (accessToken: string, user = ada): TokenPair => ({ accessToken, refreshToken: refreshTokenInCookie, tokenType: 'Bearer', expiresIn: 900, idleSeconds: 900, user });

/** The server as the page sees it. */
class Server {
  readonly requests: { path: string; headers: Headers; body: unknown }[] = [];
  renewals = 0;
  answer: () => TokenPair | null = () => pairOf(`renewed-${this.renewals}`);

  readonly fetch: typeof fetch = async (input, init) => {
    const path = input instanceof Request ? input.url : String(input);
    this.requests.push({ path, headers: new Headers(init?.headers), body: init?.body });
    if (path !== '/api/auth/refresh') return Response.json({ ok: true });
    this.renewals += 1;
    const pair = this.answer();
    const error = pair ? null : { code: 'REFRESH_REFUSED', message: 'Sign in again.' };
    return Response.json({ success: !error, data: pair, error, metadata: { version: '1', requestId: 'r' }, timestamp: new Date().toISOString() }, { status: pair ? 200 : 401 });
  };
}

describe('the tokens of the page', () => {
  let server: Server;
  let lost: number;
  let tokens: Tokens;
  const stored = new Map<string, string>();

  beforeEach(() => {
    jest.useFakeTimers({ advanceTimers: true });
    server = new Server();
    lost = 0;
    stored.clear();
    const localStorage = { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => stored.set(key, value), removeItem: (key: string) => stored.delete(key) };
    Object.assign(globalThis, { localStorage, BroadcastChannel: undefined });
    jest.spyOn(globalThis, 'fetch').mockImplementation(server.fetch);
    tokens = new Tokens(() => (lost += 1));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('store nothing that opens a session', () => {
    tokens.adopt(pairOf('first'));
    expect([...stored.values()]).toEqual(['yes']);
  });

  it('take a session up again after a reload, with the cookie alone, and ask for none where there was none', async () => {
    await expect(tokens.restore()).resolves.toBeNull();
    expect(server.requests).toEqual([]);
    tokens.adopt(pairOf('first'));
    await expect(new Tokens(() => undefined).restore()).resolves.toEqual(ada);
    const [asked] = server.requests;
    expect(asked?.headers.get(webClientHeader.name)).toBe(webClientHeader.value);
    expect(asked?.body).toBe(JSON.stringify({ refreshToken: refreshTokenInCookie }));
  });

  it('are renewed before they end, once for many requests, while somebody is at work', async () => {
    tokens.adopt(pairOf('first'));
    jest.advanceTimersByTime(14.6 * minuteMs);
    await Promise.all([tokens.fetch('/api/a'), tokens.fetch('/api/b')]);
    expect(server.renewals).toBe(1);
    expect(server.requests.filter(({ path }) => path !== '/api/auth/refresh').map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer renewed-1', 'Bearer renewed-1']);
  });

  it('are not kept alive by a page that nobody touches', async () => {
    tokens.adopt(pairOf('first'));
    for (let minute = 0; minute < 15; minute += 1) {
      jest.advanceTimersByTime(minuteMs);
      await tokens.fetch('/api/polled');
      tokens.checkIdle();
    }
    expect(lost).toBe(1);
    expect(tokens.current).toBeNull();
    expect(stored.size).toBe(0);
  });

  it('are kept alive by somebody who reads and scrolls', async () => {
    tokens.adopt(pairOf('first'));
    for (let minute = 0; minute < 60; minute += 1) {
      await jest.advanceTimersByTimeAsync(minuteMs);
      tokens.touch();
      tokens.checkIdle();
    }
    expect(lost).toBe(0);
    expect(tokens.current).not.toBeNull();
    expect(server.renewals).toBeGreaterThanOrEqual(10);
    expect(server.renewals).toBeLessThanOrEqual(20);
  });

  it('are given up when the server refuses, or when another tab signed in somebody else', async () => {
    tokens.adopt(pairOf('first'));
    server.answer = () => null;
    await expect(tokens.restore()).resolves.toBeNull();
    expect([lost, tokens.current]).toEqual([1, null]);
    tokens.adopt(pairOf('second'));
    server.answer = () => pairOf('of-bob', { ...ada, userId: '00000000-0000-4000-8000-000000000002' });
    await expect(tokens.restore()).resolves.toBeNull();
    expect([lost, tokens.current]).toEqual([2, null]);
  });
});
