import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TokenPair } from '@voiceassist/contracts';
import type { Call, Environment } from '@voiceassist/kit';
import { administrator as firstAdministrator, asHolder, fresh, newcomer, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('accounts', () => {
  let house: House;
  let administrator: TokenPair;
  let byAdministrator: Call;

  beforeAll(async () => {
    house = await startHouse({ AUTH_REGISTRATION: 'open' });
    administrator = await signInAdministrator(house);
    byAdministrator = fresh(await asHolder(house, administrator.accessToken)).with({ deadline: Date.now() + 600_000 }); // for the whole suite
  });
  afterAll(() => house?.close());

  const enter = () => newcomer(house, administrator.accessToken);
  const login = (email: string, password: string) => house.auth.login({ email, password }, stranger());
  const failureOf = (promise: Promise<unknown>) => promise.then(() => null, (error: { code: string; kind: string; message: string; details?: unknown; field?: string }) => ({
    code: error.code, kind: error.kind, message: error.message, details: error.details, field: error.field,
  }));
  const good = (email: string) => ({ email, password: 'seven lamps at the harbour', displayName: 'Sam', roles: ['clinician' as const] });

  describe('sign-in', () => {
    it('gives a pair whose access token names the person, session and roles', async () => {
      const { tokens, user } = await enter();
      const { actor, expiresAt } = await house.verifier.verify(tokens.accessToken);
      expect(actor).toMatchObject({ type: 'user', userId: user.userId, roles: ['clinician'] });
      expect(expiresAt).toBeGreaterThan(Date.now());
      expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user });
    });

    it('refuses a wrong password and an unknown address alike', async () => {
      const { credentials } = await enter();
      const wrong = await failureOf(login(credentials.email, 'not the password at all'));
      const unknown = await failureOf(login('nobody@example.org', 'not the password at all'));
      expect(wrong).toEqual(unknown);
      expect(wrong).toMatchObject({ code: 'CREDENTIALS_REFUSED', kind: 'unauthenticated' });
    });

    it('takes every spelling of an address and of a password', async () => {
      const email = `Mixed.Case-${randomUUID()}@Example.org`;
      const decomposed = 'Ångström café naïve \u212b'.normalize('NFD');
      await house.auth.createAccount({ ...good(email), password: decomposed }, byAdministrator);
      await expect(login(email.toUpperCase(), decomposed.normalize('NFC'))).resolves.toBeDefined();
      await expect(login(email, decomposed.normalize('NFKC'))).resolves.toBeDefined();
      await expect(login(email, decomposed.replaceAll('é', 'e').replaceAll('\u0301', ''))).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    });

    it('takes long passwords of any script and tells them apart to the last character', async () => {
      const email = `${randomUUID()}@example.org`;
      const long = [...'長い合言葉は覚えやすくて強い'].join(' ').repeat(12).slice(0, 280);
      await house.auth.createAccount({ ...good(email), password: `${long}!` }, byAdministrator);
      await expect(login(email, `${long}!`)).resolves.toBeDefined();
      await expect(login(email, `${long}?`)).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    });

    it('slows down guessing at known and unknown addresses alike, however many come at once, until an administrator helps', async () => {
      const { credentials, user } = await enter();
      const guess = (email: string) => Promise.all(Array.from({ length: 30 }, (_, index) => failureOf(login(email, `guess number ${index} of many`))));
      for (const email of [credentials.email, `${randomUUID()}@example.org`]) {
        const codes = (await guess(email)).map((failure) => failure?.code);
        expect(codes.filter((one) => one === 'CREDENTIALS_REFUSED').length).toBeLessThanOrEqual(12);
        expect(codes.filter((one) => one === 'RATE_LIMITED').length).toBeGreaterThanOrEqual(18);
      }
      const blocked = 'UPDATE auth.sign_in_attempt SET failures = 99, blocked_until = now() - interval \'1 second\'';
      await house.sql.query(blocked);
      await expect(login(credentials.email, 'the hundredth wrong guess')).rejects.toEqual(code('CREDENTIALS_REFUSED'));
      const locked = await failureOf(login(credentials.email, credentials.password));
      expect(locked).toMatchObject({ code: 'RATE_LIMITED', kind: 'rate_limited' });
      expect((locked?.details as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(80_000);
      const counted = () => house.sql.query<unknown[]>('SELECT failures, last_at FROM auth.sign_in_attempt WHERE failures >= 100');
      const before = await counted();
      for (let tries = 0; tries < 3; tries += 1) await expect(login(credentials.email, 'one more wrong guess')).rejects.toEqual(code('RATE_LIMITED'));
      expect(await counted()).toEqual(before); // nothing is checked, so that nothing counts
      await house.sql.query(`UPDATE auth.sign_in_attempt SET blocked_until = now() - interval '1 second'`);
      for (let tries = 0; tries < 5; tries += 1) await expect(login(credentials.email, 'a wrong guess of the next day')).rejects.toEqual(code('CREDENTIALS_REFUSED'));
      await expect(login(credentials.email, credentials.password)).resolves.toBeDefined(); // a day has ended it
      await house.sql.query(`UPDATE auth.sign_in_attempt SET failures = 100, blocked_until = now() + interval '1 day'`);
      await house.auth.unlockAccount({ userId: user.userId }, byAdministrator);
      await expect(login(credentials.email, credentials.password)).resolves.toBeDefined();
      await expect(house.auth.unlockAccount({ userId: randomUUID() }, byAdministrator)).rejects.toEqual(code('USER_NOT_FOUND'));
    });
  });

  describe('creation', () => {
    it('is for administrators, once per address', async () => {
      const email = `${randomUUID()}@example.org`;
      const { tokens } = await enter();
      await expect(house.auth.createAccount(good(email), await asHolder(house, tokens.accessToken))).rejects.toEqual(code('FORBIDDEN'));
      await expect(house.auth.createAccount(good(email), stranger())).rejects.toEqual(code('UNAUTHENTICATED'));
      await expect(house.auth.createAccount(good(email), byAdministrator)).resolves.toMatchObject({ email, roles: ['clinician'] });
      await expect(house.auth.createAccount(good(email.toUpperCase()), byAdministrator)).rejects.toEqual(code('EMAIL_TAKEN'));
    });

    it('makes one account when the same address comes many times at once', async () => {
      const email = `${randomUUID()}@example.org`;
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => house.auth.createAccount(good(email), byAdministrator)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(login(email, good(email).password)).resolves.toBeDefined();
    });

    it('refuses bad passwords with the reason', async () => {
      for (const [password, reason] of [['short', 'too_short'], ['password1234567', 'common'], ['x'.repeat(1_000), 'repetitive'], ['ﷺ'.repeat(200), 'too_long']] as const) {
        await expect(house.auth.createAccount({ ...good(`${randomUUID()}@example.org`), password }, byAdministrator))
          .rejects.toMatchObject({ code: 'PASSWORD_REFUSED', field: 'password', details: { reason } });
      }
    });

    it('by oneself gives the role viewer and signs in', async () => {
      const email = `${randomUUID()}@example.org`;
      const { password, displayName } = good(email);
      await expect(house.auth.register({ email, password, displayName }, stranger())).resolves.toMatchObject({ user: { email, roles: ['viewer'] } });
      await expect(house.auth.register({ email, password, displayName }, stranger())).rejects.toEqual(code('EMAIL_TAKEN'));
    });
  });

  it('changes a password and ends every session of the person', async () => {
    const { tokens, credentials } = await enter();
    const other = await house.auth.login(credentials, stranger());
    const call = await asHolder(house, tokens.accessToken);
    const newPassword = 'another seven lamps at sea';
    await expect(house.auth.changePassword({ currentPassword: 'wrong', newPassword }, call)).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED', kind: 'forbidden' });
    await expect(house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'short' }, call)).rejects.toEqual(code('PASSWORD_REFUSED'));
    await house.auth.changePassword({ currentPassword: credentials.password, newPassword }, call);
    for (const { accessToken, refreshToken } of [tokens, other]) {
      await until(() => house.verifier.verify(accessToken).then(() => false, () => true));
      await expect(house.auth.refresh({ refreshToken }, stranger())).rejects.toEqual(code('REFRESH_REFUSED'));
    }
    await expect(login(credentials.email, credentials.password)).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    await expect(login(credentials.email, newPassword)).resolves.toBeDefined();
  });

  it('leaves an audit record of what was done and what was refused, without what was said', async () => {
    const email = `${randomUUID()}@example.org`;
    await login(email, 'a secret that nobody may read').catch(() => undefined);
    const rows = await house.sql.query<{ payload: { action: string; outcome: string } }[]>(
      `SELECT payload FROM auth.outbox WHERE subject LIKE '%audit%'`);
    expect(rows.some(({ payload }) => payload.action === 'auth.login' && payload.outcome === 'CREDENTIALS_REFUSED')).toBe(true);
    expect(rows.some(({ payload }) => payload.action === 'auth.create-account' && payload.outcome === 'ok')).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect(JSON.stringify(rows)).not.toContain(email);
  });
});

describe('an installation', () => {
  const houses: House[] = [];
  const open = async (environment: Environment) => {
    const house = await startHouse(environment);
    houses.push(house);
    return house;
  };
  afterEach(async () => {
    await Promise.all(houses.splice(0).map((house) => house.close()));
  });

  it('does not register strangers unless it is told to, and renews hashes when their cost changes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voiceassist-auth-'));
    const DATABASE_URL = `pglite:${folder}/sql`;
    const hashOf = async (house: House) => (await house.sql.query<[{ hash: string }]>('SELECT password_hash AS hash FROM auth.account'))[0].hash;
    const first = await open({ DATABASE_URL });
    await signInAdministrator(first);
    const input = { email: 'a@example.org', password: 'seven lamps at the harbour', displayName: 'A' };
    await expect(first.auth.register(input, stranger())).rejects.toEqual(code('REGISTRATION_CLOSED'));
    expect(await hashOf(first)).toContain('$argon2id$v=19$m=8192,p=1,t=1$');
    await houses.pop()?.close();
    const second = await open({ DATABASE_URL, ARGON2_MEMORY_KIB: '9216', ARGON2_PASSES: '2' });
    await until(async () => (await fetch(`${second.running.url}/ready`)).status === 200);
    await expect(second.auth.login({ ...firstAdministrator, password: 'not the password of the first start' }, stranger())).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    await signInAdministrator(second);
    expect(await hashOf(second)).toContain('$argon2id$v=19$m=9216,p=1,t=2$');
    await expect(second.auth.login(firstAdministrator, stranger())).resolves.toBeDefined();
    await houses.pop()?.close();
    await rm(folder, { recursive: true });
  });
});
