import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FactorChallenge, Role, SignInAnswer, TokenPair } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { codeOf } from '../testing/app-of.js';
import { asHolder, auditRows, forgetGiven, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const code = (expected: string) => expect.objectContaining({ code: expected });
const encryptionKey = Buffer.alloc(32, 7).toString('base64');

let house: House;
let administratorToken = '';
/** A call has a deadline, so that each use begins its own. */
const administrator = (): Promise<Call> => asHolder(house, administratorToken);

beforeAll(async () => {
  house = await startHouse({ AUTH_FACTOR_POLICY: 'enforced', AUTH_KEY_ENCRYPTION_KEY: encryptionKey });
  const { accessToken } = await signInAdministrator(house);
  const call = await asHolder(house, accessToken);
  const { secret } = await enrolApp(call);
  const admitted = await house.auth.verifyFactor({ ...(await challengeOf({ email: 'admin@voiceassist.local', password: 'first start of a new house' })), method: 'totp', code: codeOf(secret) }, stranger());
  administratorToken = admitted.accessToken;
});
afterAll(() => house?.close());

/** Sets up an authenticator app with the code of the step before, so that this step's and the next one's are left. */
async function enrolApp(call: Call) {
  const { factorId, secret, uri } = await house.auth.beginTotp({}, call);
  return { secret, uri, ...(await house.auth.confirmTotp({ factorId, code: codeOf(secret, -1) }, call)) };
}

const challengeFrom = (answer: SignInAnswer): FactorChallenge => {
  if (answer.kind !== 'factor-required') throw new Error('no second factor was asked for');
  return answer;
};

async function challengeOf(credentials: { email: string; password: string }) {
  const { challenge } = challengeFrom(await house.login(credentials, stranger()));
  return { challenge };
}

let people = 0;

/** Somebody of a role who has signed in for the first time. */
async function join(role: Role) {
  people += 1;
  const credentials = { email: `factor-${people}@example.org`, password: `violet giraffes hum ${people} hymns` };
  const user = await house.auth.createAccount({ ...credentials, displayName: 'Newcomer', roles: [role] }, await administrator());
  await forgetGiven(house, user.userId);
  const tokens = await house.auth.login(credentials, stranger());
  return { user, credentials, tokens, call: await asHolder(house, tokens.accessToken) };
}

async function joinWithApp(role: Role = 'clinician') {
  const person = await join(role);
  return { ...person, app: await enrolApp(person.call) };
}

const show = (challenge: string, oneTimeCode: string) => house.auth.verifyFactor({ challenge, method: 'totp', code: oneTimeCode }, stranger());

describe('a role that needs a second factor', () => {
  it('gets a session that can only set one up, and a full one with that', async () => {
    const { tokens, call } = await join('clinician');
    expect(tokens.mustEnrol).toBe(true);
    expect(call.user).toMatchObject({ restricted: true });
    expect(call.user.factorAt).toBeUndefined();
    expect(await house.auth.listFactors({}, call)).toEqual({ factors: [], recoveryCodesLeft: 0, demanded: true, policy: 'enforced' });
    const { recoveryCodes, access, factor, uri } = await enrolApp(call);
    expect(uri).toMatch(/^otpauth:\/\/totp\/VoiceAssist/);
    expect(factor).toMatchObject({ kind: 'totp', name: 'Authenticator app' });
    expect(new Set(recoveryCodes).size).toBe(10);
    const freed = (await asHolder(house, access.accessToken)).user;
    expect(freed.restricted).toBeUndefined();
    expect(Date.now() / 1_000 - (freed.factorAt ?? 0)).toBeLessThan(60);
    const renewed = await house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger());
    expect(renewed.mustEnrol).toBeUndefined();
    expect((await asHolder(house, renewed.accessToken)).user).toMatchObject({ factorAt: freed.factorAt });
  });

  it('is the administrator, the privacy officer, clinicians and nurses, and nobody else by default', async () => {
    const demanded: Partial<Record<Role, boolean>> = {};
    for (const role of ['admin', 'privacy_officer', 'clinician', 'nurse', 'researcher', 'viewer'] as const) demanded[role] = (await join(role)).tokens.mustEnrol ?? false;
    expect(demanded).toEqual({ admin: true, privacy_officer: true, clinician: true, nurse: true, researcher: false, viewer: false });
  });

  it('keeps the restriction through renewals until there is a factor', async () => {
    const { tokens } = await join('nurse');
    const renewed = await house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger());
    expect(renewed.mustEnrol).toBe(true);
    expect((await asHolder(house, renewed.accessToken)).user.restricted).toBe(true);
  });
});

describe('a sign-in with a second factor', () => {
  it('asks for it after the right password only, and opens a session that has seen it', async () => {
    const { credentials, app } = await joinWithApp();
    await expect(house.login({ ...credentials, password: 'something else entirely' }, stranger())).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    const answer = challengeFrom(await house.login(credentials, stranger()));
    expect(answer).toEqual({ kind: 'factor-required', challenge: expect.stringMatching(/^vafc_/), methods: ['totp', 'recovery-code'] });
    const tokens = await show(answer.challenge, codeOf(app.secret));
    const { user } = await asHolder(house, tokens.accessToken);
    expect(user.factorAt).toBeGreaterThan(0);
    const renewed = await house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger());
    expect((await asHolder(house, renewed.accessToken)).user.factorAt).toBe(user.factorAt);
  });

  it('takes a code once, whoever shows it again and however many at once', async () => {
    const { credentials, app } = await joinWithApp();
    const oneTimeCode = codeOf(app.secret);
    const challenges = await Promise.all(Array.from({ length: 4 }, () => challengeOf(credentials)));
    const results = await Promise.allSettled(challenges.map(({ challenge }) => show(challenge, oneTimeCode)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(code('FACTOR_REFUSED'));
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret, -1))).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret, 1))).resolves.toBeDefined();
  });

  it('takes a challenge once, for five tries, for five minutes', async () => {
    const { credentials, app } = await joinWithApp();
    const { challenge } = await challengeOf(credentials);
    for (let tries = 0; tries < 5; tries += 1) await expect(show(challenge, '000000')).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(show(challenge, codeOf(app.secret))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    const late = await challengeOf(credentials);
    await house.sql.query(`UPDATE auth.factor_challenge SET expires_at = expires_at - interval '300 seconds'`);
    await expect(show(late.challenge, codeOf(app.secret))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    const used = await challengeOf(credentials);
    await expect(show(used.challenge, codeOf(app.secret))).resolves.toBeDefined();
    await expect(show(used.challenge, codeOf(app.secret, 1))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    await expect(show('vafc_invented', codeOf(app.secret, 1))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
  });

  it('throttles wrong codes across challenges, and a right password does not forget them', async () => {
    const { credentials, app, user } = await joinWithApp();
    let refused: unknown;
    for (let tries = 0; tries < 14 && !(refused as { code?: string } | undefined)?.code?.includes('RATE'); tries += 1) {
      const { challenge } = await challengeOf(credentials);
      refused = await show(challenge, '000000').catch((error: unknown) => error);
    }
    expect(refused).toEqual(code('RATE_LIMITED'));
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret))).rejects.toEqual(code('RATE_LIMITED'));
    const tries = (await auditRows(house, 'auth.verify-factor')).filter(({ subjects }) => subjects.userId === user.userId);
    expect(new Set(tries.map(({ outcome }) => outcome))).toEqual(new Set(['FACTOR_REFUSED', 'RATE_LIMITED'])); // whose account it was stands in every row
    await house.auth.unlockAccount({ userId: user.userId }, await administrator());
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret))).resolves.toBeDefined();
    const hundredth = `UPDATE auth.sign_in_attempt SET failures = 99, blocked_until = now() - interval '1 second'`;
    await show((await challengeOf(credentials)).challenge, '000000').catch(() => undefined);
    await house.sql.query(hundredth);
    await expect(show((await challengeOf(credentials)).challenge, '000000')).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret, 1))).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } });
    const [{ days }] = await house.sql.query<[{ days: number }]>('SELECT extract(epoch FROM max(blocked_until) - now())::int / 86400 AS days FROM auth.sign_in_attempt');
    expect(days).toBeGreaterThanOrEqual(29);
    await house.auth.unlockAccount({ userId: user.userId }, await administrator());
  });

  it('does not complete after the account has changed', async () => {
    const { credentials, app, user, call } = await joinWithApp();
    const changed = await challengeOf(credentials);
    await house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'seven green lanterns at dusk' }, call);
    await expect(show(changed.challenge, codeOf(app.secret))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    const { challenge } = await challengeOf({ ...credentials, password: 'seven green lanterns at dusk' });
    await house.users.deactivateUser({ userId: user.userId }, await administrator());
    await expect(show(challenge, codeOf(app.secret, 1))).rejects.toEqual(code('CHALLENGE_EXPIRED'));
  });

  it('takes each recovery code once', async () => {
    const { credentials, app } = await joinWithApp();
    const [first = '', second = ''] = app.recoveryCodes ?? [];
    const recover = async (text: string) => house.auth.verifyFactor({ ...(await challengeOf(credentials)), method: 'recovery-code', code: text }, stranger());
    const tokens = await recover(first.toUpperCase());
    await expect(recover(first)).rejects.toEqual(code('FACTOR_REFUSED'));
    expect((await house.auth.listFactors({}, await asHolder(house, tokens.accessToken))).recoveryCodesLeft).toBe(9);
    const results = await Promise.allSettled([recover(second), recover(second), recover(second)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keeps no secret, recovery code or challenge in the clear', async () => {
    const { credentials, app } = await joinWithApp();
    const { challenge } = await challengeOf(credentials);
    const rows = await house.sql.query<{ text: string }[]>(
      'SELECT f::text AS text FROM auth.factor f UNION ALL SELECT r::text FROM auth.recovery_code r UNION ALL SELECT c::text FROM auth.factor_challenge c',
    );
    const everything = rows.map(({ text }) => text).join('\n');
    for (const secret of [app.secret, challenge, ...(app.recoveryCodes ?? []).flatMap((each) => [each, each.replaceAll('-', '')])]) expect(everything).not.toContain(secret);
  });
});

describe('setting up and removing', () => {
  it('ends the other sessions of the person with the first factor', async () => {
    const { credentials, call } = await join('viewer');
    const other = await house.auth.login(credentials, stranger());
    const otherSession = (await asHolder(house, other.accessToken)).user.sessionId;
    await enrolApp(call);
    await until(() => house.feed.isRevoked(otherSession));
    await expect(house.auth.refresh({ refreshToken: other.refreshToken }, stranger())).rejects.toEqual(code('REFRESH_REFUSED'));
    expect((await house.login(credentials, stranger())).kind).toBe('factor-required');
  });

  it('binds the first factor to a recent sign-in, and further ones to a fresh factor', async () => {
    const { call } = await join('viewer');
    await house.sql.query(`UPDATE auth.session SET created_at = created_at - interval '16 minutes' WHERE session_id = $1`, [call.user.sessionId]);
    await expect(house.auth.beginTotp({}, call)).rejects.toEqual(code('SIGN_IN_AGAIN'));
    const { call: withApp } = await joinWithApp('viewer');
    await expect(house.auth.beginTotp({}, withApp)).rejects.toEqual(code('STEP_UP_REQUIRED'));
    await expect(house.auth.beginPasskey({}, withApp)).rejects.toEqual(code('STEP_UP_REQUIRED'));
  });

  it('lets one of two first factors win, however close they are', async () => {
    const { credentials, call } = await join('viewer');
    const rival = await asHolder(house, (await house.auth.login(credentials, stranger())).accessToken);
    const [mine, theirs] = [await house.auth.beginTotp({}, call), await house.auth.beginPasskey({}, rival)];
    expect(theirs.passkeyOptions.rp.id).toBe('localhost');
    const results = await Promise.allSettled([call, call].map((each) => house.auth.confirmTotp({ factorId: mine.factorId, code: codeOf(mine.secret) }, each)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await house.auth.listFactors({}, call)).factors).toHaveLength(1);
  });

  it('refuses a wrong first code, and the set-up of somebody else', async () => {
    const [{ call }, { call: other }] = [await join('viewer'), await join('viewer')];
    const { factorId, secret } = await house.auth.beginTotp({}, call);
    await expect(house.auth.confirmTotp({ factorId, code: '000000' }, call)).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(house.auth.confirmTotp({ factorId, code: codeOf(secret) }, other)).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    expect((await house.login({ email: call.user.userId.concat('@nowhere.example'), password: 'x' }, stranger()).catch((error: unknown) => error))).toEqual(code('CREDENTIALS_REFUSED'));
  });

  it('lets people with an optional factor remove the last one, and nobody whose role needs it', async () => {
    const viewer = await joinWithApp('viewer');
    const fresh = await asHolder(house, viewer.app.access.accessToken);
    await expect(house.auth.removeFactor({ factorId: viewer.app.factor.factorId }, viewer.call)).rejects.toEqual(code('STEP_UP_REQUIRED'));
    const other = await asHolder(house, (await show((await challengeOf(viewer.credentials)).challenge, codeOf(viewer.app.secret))).accessToken);
    await house.auth.removeFactor({ factorId: viewer.app.factor.factorId }, fresh);
    await until(() => house.feed.isRevoked(other.user.sessionId));
    expect(house.feed.isRevoked(fresh.user.sessionId)).toBe(false);
    expect(await house.auth.listFactors({}, fresh)).toMatchObject({ factors: [], recoveryCodesLeft: 0 });
    expect((await house.login(viewer.credentials, stranger())).kind).toBe('signed-in');
    const nurse = await joinWithApp('nurse');
    const freshNurse = await asHolder(house, nurse.app.access.accessToken);
    await expect(house.auth.removeFactor({ factorId: nurse.app.factor.factorId }, freshNurse)).rejects.toEqual(code('FACTOR_NEEDED'));
    await expect(house.auth.removeFactor({ factorId: viewer.app.factor.factorId }, freshNurse)).rejects.toEqual(code('FACTOR_NOT_FOUND'));
  });

  it('replaces recovery codes and the authenticator app', async () => {
    const { app, credentials } = await joinWithApp();
    const fresh = await asHolder(house, app.access.accessToken);
    const { recoveryCodes } = await house.auth.renewRecoveryCodes({}, fresh);
    expect(recoveryCodes).toHaveLength(10);
    const recover = async (text = '') => house.auth.verifyFactor({ ...(await challengeOf(credentials)), method: 'recovery-code', code: text }, stranger());
    await expect(recover(app.recoveryCodes?.[0])).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(recover(recoveryCodes[0])).resolves.toBeDefined();
    const second = await enrolApp(fresh);
    expect(second.recoveryCodes).toBeNull();
    expect((await house.auth.listFactors({}, fresh)).factors.map(({ factorId }) => factorId)).toEqual([second.factor.factorId]);
    await expect(show((await challengeOf(credentials)).challenge, codeOf(app.secret))).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(show((await challengeOf(credentials)).challenge, codeOf(second.secret))).resolves.toBeDefined();
  });

  it('lets an administrator take all factors of somebody who has lost them, which ends the sessions', async () => {
    const { app, credentials, user, call } = await joinWithApp();
    await house.auth.resetFactors({ userId: user.userId }, await administrator());
    await until(() => house.feed.isRevoked(call.user.sessionId));
    const again: TokenPair = await house.auth.login(credentials, stranger());
    expect(again.mustEnrol).toBe(true);
    expect(app.recoveryCodes).toHaveLength(10);
    await expect(house.auth.resetFactors({ userId: '00000000-0000-4000-8000-000000000000' }, await administrator())).rejects.toEqual(code('USER_NOT_FOUND'));
  });
});

describe('step-up', () => {
  it('makes the session fresh for those who show a factor again, in that session only', async () => {
    const { app, credentials } = await joinWithApp();
    const tokens = await show((await challengeOf(credentials)).challenge, codeOf(app.secret));
    await house.sql.query(`UPDATE auth.session SET factor_at = factor_at - interval '301 seconds'`);
    const renewed = await house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger());
    const stale = await asHolder(house, renewed.accessToken);
    await expect(house.auth.renewRecoveryCodes({}, stale)).rejects.toEqual(code('STEP_UP_REQUIRED'));
    const { challenge } = await house.auth.beginStepUp({}, stale);
    await expect(house.auth.stepUp({ challenge, method: 'totp', code: codeOf(app.secret) }, stale)).rejects.toEqual(code('FACTOR_REFUSED'));
    const { accessToken } = await house.auth.stepUp({ challenge, method: 'totp', code: codeOf(app.secret, 1) }, stale);
    const { recoveryCodes } = await house.auth.renewRecoveryCodes({}, await asHolder(house, accessToken));
    const other = await asHolder(house, app.access.accessToken);
    const foreign = await house.auth.beginStepUp({}, other);
    await expect(house.auth.stepUp({ challenge: foreign.challenge, method: 'recovery-code', code: recoveryCodes[1] ?? '' }, stale)).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    await expect(house.auth.verifyFactor({ challenge: foreign.challenge, method: 'recovery-code', code: recoveryCodes[1] ?? '' }, stranger())).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    await expect(house.auth.stepUp({ challenge: foreign.challenge, method: 'recovery-code', code: recoveryCodes[1] ?? '' }, other)).resolves.toBeDefined();
  });

  it('asks people without a factor to set one up: the password is no second factor', async () => {
    const { call } = await join('viewer');
    await expect(house.auth.beginStepUp({}, call)).rejects.toEqual(code('FACTOR_REQUIRED'));
  });
});
