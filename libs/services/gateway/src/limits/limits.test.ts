import { randomBytes, randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Door, json } from '../testing/door.js';
import { scene } from '../testing/services.js';

let door: Door;
beforeAll(async () => {
  door = await Door.open({ TRUST_PROXY: '1', GATEWAY_CREDENTIALS_PER_MINUTE: '3', GATEWAY_CHECKS_PER_MINUTE: '2', GATEWAY_STRANGERS_PER_MINUTE: '6', GATEWAY_REFUSED_TOKENS_PER_MINUTE: '5' });
});
afterAll(() => door?.close());

const from = (address: string) => ({ 'x-forwarded-for': address });
const statusOf = async (path: string, address: string, body: unknown = {}) => {
  const { headers, ...init } = json('POST', body);
  return (await door.ask(path, { ...init, headers: { ...headers, ...from(address) } })).status;
};
async function statuses(count: number, ask: (attempt: number) => Promise<number>): Promise<number[]> {
  const seen: number[] = [];
  for (let attempt = 0; attempt < count; attempt += 1) seen.push(await ask(attempt));
  return seen;
}
const inventedKey = () => `va_${randomUUID().replace(/[^a-f]/g, '').padEnd(10, 'a').slice(0, 10)}_${randomBytes(32).toString('base64url')}`;

describe('whoever has a whole network of addresses', () => {
  it('is one asker within 64 bits of IPv6', async () => {
    const login = (address: string) => (attempt: number) => statusOf('/api/auth/login', address.replace('%', attempt.toString(16)), { email: `p${address.length}${attempt}@h.example`, password: 'guess' });
    expect(await statuses(4, login('2001:db8:1:2::%'))).toEqual([401, 401, 401, 429]);
    expect(await statuses(1, login('2001:db8:1:2:ffff:ffff:ffff:%'))).toEqual([429]);
    expect(await statuses(1, login('2001:db8:1:3::%'))).toEqual([401]);
  });

  it('begins no more sign-ins and checks no more passwords than all strangers together may', async () => {
    const refusedOf = async (path: string, body: unknown) => (await statuses(9, (attempt) => statusOf(path, `2001:db8:${attempt + 16}::1`, body))).map((status) => status === 429);
    const sixOfNine = [false, false, false, false, false, false, true, true, true];
    expect(await refusedOf('/api/auth/passkey/options', {})).toEqual(sixOfNine);
    expect(await refusedOf('/api/auth/password/check', { password: 'x' })).toEqual(sixOfNine);
    // together means together: what else strangers begin is used up with it
    for (const path of ['/api/auth/oidc/sign-in/begin', '/api/auth/password/forgotten']) expect([path, await refusedOf(path, { email: 'ada@h.example' })]).toEqual([path, Array.from({ length: 9 }, () => true)]);
  });
});

describe('invented tokens', () => {
  const ask = async (token: string, address: string) => (await door.ask('/api/kb/collections', { headers: { authorization: `Bearer ${token}`, ...from(address) } })).status;

  it('cause no work any more once too many of one address were refused, and push nobody out who is known', async () => {
    const secret = randomBytes(32).toString('base64url');
    const [keyId, prefix] = [randomUUID(), 'va_aaaaaaaaaa'];
    scene.apiKeys.set(`${prefix} ${createHash('sha256').update(secret).digest('hex')}`, { keyId, userId: randomUUID(), roles: ['clinician'], scope: ['collections.read'], expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const person = await door.sign('viewer');
    expect(await ask(person.token, '203.0.113.7')).toBe(200);
    const before = scene.keyQuestions;
    const seen = await statuses(60, () => ask(inventedKey(), '203.0.113.7'));
    expect(seen.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(seen.slice(10).every((status) => status === 429)).toBe(true);
    expect(scene.keyQuestions - before).toBeLessThan(10);
    const forged = await statuses(3, () => ask(`${person.token.slice(0, -4)}AAAA`, '203.0.113.7'));
    expect(forged).toEqual([429, 429, 429]);
    expect(await ask(person.token, '203.0.113.7')).toBe(200);
    expect(await ask(`${prefix}_${secret}`, '203.0.113.8')).toBe(200);
  });
});
