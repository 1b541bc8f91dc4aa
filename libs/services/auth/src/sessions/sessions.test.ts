import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Revocation, TokenPair } from '@voiceassist/contracts';
import { startPostgres, whenServer, type LocalServer } from '@voiceassist/kit';
import { provisionDatabase } from '@voiceassist/storage';
import { asHolder, asService, fresh, newcomer, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const code = (expected: string) => expect.objectContaining({ code: expected });

function sessionsSuite(open: () => Promise<string>, close: () => Promise<void>): void {
  let house: House;
  let administrator: TokenPair;

  beforeAll(async () => {
    house = await startHouse({ DATABASE_URL: await open() });
    administrator = await signInAdministrator(house);
  });
  afterAll(async () => {
    await house?.close();
    await close();
  });

  const enter = () => newcomer(house, administrator.accessToken);
  const refresh = (refreshToken: string) => house.auth.refresh({ refreshToken }, stranger());
  const refreshOfPage = (refreshToken: string) => house.auth.refresh({ refreshToken, heldInCookie: true }, stranger());
  const sessionOf = async (accessToken: string) => (await asHolder(house, accessToken)).user.sessionId;
  const unusedTokens = async (sessionId: string) => (
    await house.sql.query<unknown[]>('SELECT FROM auth.refresh_token WHERE session_id = $1 AND used_at IS NULL', [sessionId])
  ).length;

  it('trades a refresh token for a new pair of the same session', async () => {
    const { tokens, user } = await enter();
    const next = await refresh(tokens.refreshToken);
    expect(next).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user });
    expect(next.refreshToken).not.toBe(tokens.refreshToken);
    expect(next.accessToken).not.toBe(tokens.accessToken);
    expect(await sessionOf(next.accessToken)).toBe(await sessionOf(tokens.accessToken));
    await expect(refresh(next.refreshToken)).resolves.toBeDefined();
  });

  it('keeps no refresh token in the clear', async () => {
    const { tokens } = await enter();
    const rows = await house.sql.query<{ text: string }[]>('SELECT t::text AS text FROM auth.refresh_token AS t');
    expect(rows.some(({ text }) => text.includes(tokens.refreshToken) || text.includes(Buffer.from(tokens.refreshToken).toString('hex')))).toBe(false);
  });

  it('ends the whole family when a traded token comes back', async () => {
    const { tokens } = await enter();
    const sessionId = await sessionOf(tokens.accessToken);
    const second = await refresh(tokens.refreshToken);
    await expect(refresh(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(refresh(second.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await until(() => house.feed.isRevoked(sessionId));
    await expect(house.verifier.verify(second.accessToken)).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('gives many simultaneous uses by the page the same new token, and never makes two branches', async () => {
    const { tokens } = await enter();
    const sessionId = await sessionOf(tokens.accessToken);
    const pairs = await Promise.all(Array.from({ length: 10 }, () => refreshOfPage(tokens.refreshToken)));
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(await unusedTokens(sessionId)).toBe(1);
    await refreshOfPage(pairs[0]?.refreshToken ?? '');
    await expect(refreshOfPage(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await until(() => house.feed.isRevoked(sessionId));
  });

  it('ends the family when a traded token comes back after the grace, even though its successor is unused', async () => {
    const { tokens } = await enter();
    const sessionId = await sessionOf(tokens.accessToken);
    const next = await refreshOfPage(tokens.refreshToken);
    await house.sql.query(`UPDATE auth.refresh_token SET used_at = used_at - interval '11 seconds' WHERE session_id = $1`, [sessionId]);
    await expect(refreshOfPage(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(refreshOfPage(next.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await until(() => house.feed.isRevoked(sessionId));
  });

  it('refuses what was never issued', async () => {
    for (const text of ['x', 'vart_', `vart_${'A'.repeat(43)}`, 'é'.repeat(500)]) await expect(refresh(text)).rejects.toEqual(code('REFRESH_REFUSED'));
  });

  it('ends a session at logout and leaves the others', async () => {
    const { tokens, credentials } = await enter();
    const other = await house.auth.login(credentials, stranger());
    const told: string[] = [];
    house.feed.onRevoked((sessionId) => told.push(sessionId));
    const call = await asHolder(house, tokens.accessToken);
    await house.auth.logout({}, call);
    await house.auth.logout({}, call);
    await until(() => told.includes(call.user.sessionId));
    await expect(house.verifier.verify(tokens.accessToken)).rejects.toEqual(code('UNAUTHENTICATED'));
    await expect(refresh(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(house.verifier.verify(other.accessToken)).resolves.toBeDefined();
    await expect(refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('ends all sessions of a person at once, and nobody else is affected', async () => {
    const { tokens, credentials, user } = await enter();
    const others = [await house.auth.login(credentials, stranger()), await house.auth.login(credentials, stranger())];
    const call = await asHolder(house, tokens.accessToken);
    await expect(house.auth.me({}, call)).resolves.toEqual(user);
    await expect(house.auth.logoutAll({}, call)).resolves.toEqual({ endedSessions: 3 });
    for (const { refreshToken } of [tokens, ...others]) await expect(refresh(refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(house.verifier.verify(administrator.accessToken)).resolves.toBeDefined();
  });

  it('ends sessions when roles change, and the next sign-in has the new ones', async () => {
    const { tokens, credentials, user } = await enter();
    const sessionId = await sessionOf(tokens.accessToken);
    await house.users.changeRoles({ userId: user.userId, roles: ['viewer'] }, fresh(await asHolder(house, administrator.accessToken)));
    await until(() => house.feed.isRevoked(sessionId));
    await expect(refresh(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    const again = await house.auth.login(credentials, stranger());
    expect((await house.verifier.verify(again.accessToken)).actor.roles).toEqual(['viewer']);
  });

  it('leaves no session with old roles behind when people sign in while their roles change', async () => {
    const { credentials, user } = await enter();
    const byAdministrator = fresh(await asHolder(house, administrator.accessToken));
    const signingIn = Array.from({ length: 6 }, () => house.auth.login(credentials, stranger()));
    await house.users.changeRoles({ userId: user.userId, roles: ['viewer'] }, byAdministrator);
    const pairs = (await Promise.allSettled(signingIn)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const outdated = pairs.filter((pair) => pair.user.roles.includes('clinician'));
    for (const { accessToken } of outdated) await until(() => house.verifier.verify(accessToken).then(() => false, () => true));
  });

  it('ends sessions of people who are deactivated, and refuses them', async () => {
    const { tokens, credentials, user } = await enter();
    const sessionId = await sessionOf(tokens.accessToken);
    await house.users.deactivateUser({ userId: user.userId }, fresh(await asHolder(house, administrator.accessToken)));
    await until(() => house.feed.isRevoked(sessionId));
    await expect(refresh(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(house.auth.login(credentials, stranger())).rejects.toEqual(code('CREDENTIALS_REFUSED'));
  });

  it('ends a session that was idle for too long or that has reached its end', async () => {
    const changes = [`refreshed_at = refreshed_at - interval '61 minutes'`, `absolute_expires_at = now() - interval '1 second'`];
    for (const change of changes) {
      const { tokens } = await enter();
      await house.sql.query(`UPDATE auth.session SET ${change} WHERE session_id = $1`, [await sessionOf(tokens.accessToken)]);
      await expect(refresh(tokens.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    }
  });

  it('tells sessions that nobody renews or that have reached their end as revoked, sooner on a shared station', async () => {
    const changes = [[`refreshed_at = refreshed_at - interval '61 minutes'`, 'own'], [`refreshed_at = refreshed_at - interval '16 minutes'`, 'shared'], ['absolute_expires_at = now()', 'own']] as const;
    for (const [change, station] of changes) {
      const { credentials } = await enter();
      const [ending, staying] = [await house.auth.login({ ...credentials, station }, stranger()), await house.auth.login(credentials, stranger())];
      const [endingId, stayingId] = [await sessionOf(ending.accessToken), await sessionOf(staying.accessToken)];
      expect(ending.idleSeconds).toBe(station === 'shared' ? 900 : 3_600);
      await house.sql.query(`UPDATE auth.session SET refreshed_at = refreshed_at - interval '14 minutes' WHERE session_id = $1`, [stayingId]);
      await house.sql.query(`UPDATE auth.session SET ${change} WHERE session_id = $1`, [endingId]);
      await until(() => house.feed.isRevoked(endingId));
      await expect(refresh(ending.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
      await expect(refresh(staying.refreshToken)).resolves.toBeDefined();
    }
  });

  it('shows people their own sessions, and lets them end one of them and none of others', async () => {
    const { tokens, credentials } = await enter();
    const other = await house.auth.login({ ...credentials, station: 'shared' }, stranger().with({ clientDevice: 'Firefox on Linux' }));
    const [call, foreign] = [await asHolder(house, tokens.accessToken), await asHolder(house, (await enter()).tokens.accessToken)];
    const { sessions } = await house.auth.listSessions({}, call);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({ device: 'Firefox on Linux', station: 'shared', current: false });
    expect(sessions[1]).toMatchObject({ device: null, station: 'own', current: true, sessionId: call.user.sessionId });
    const otherId = sessions[0]?.sessionId ?? '';
    await expect(house.auth.endSession({ sessionId: otherId }, foreign)).rejects.toEqual(code('SESSION_NOT_FOUND'));
    await house.auth.endSession({ sessionId: otherId }, call);
    await until(() => house.feed.isRevoked(otherId));
    await expect(refresh(other.refreshToken)).rejects.toEqual(code('REFRESH_REFUSED'));
    expect((await house.auth.listSessions({}, call)).sessions).toHaveLength(1);
  });

  it('never issues an access token that outlives its session', async () => {
    const { tokens } = await enter();
    await house.sql.query(`UPDATE auth.session SET absolute_expires_at = now() + interval '100 seconds' WHERE session_id = $1`, [await sessionOf(tokens.accessToken)]);
    const { expiresIn } = await refresh(tokens.refreshToken);
    expect(expiresIn).toBeLessThanOrEqual(100);
  });

  it('tells every revocation to a reader that polls while many sessions end at once', async () => {
    const people = [await enter(), await enter(), await enter(), await enter()];
    const pairs = await Promise.all(people.flatMap(({ credentials }) => Array.from({ length: 5 }, () => house.auth.login(credentials, stranger()))));
    const calls = await Promise.all(pairs.map(({ accessToken }) => asHolder(house, accessToken)));
    const read: Revocation[] = [];
    const start = await house.auth.listRevocations({ afterSequence: 0 }, asService());
    let afterSequence = start.lastSequence;
    let ending = true;
    const reading = (async () => {
      for (let last = false; !last; last = !ending) {
        const page = await house.auth.listRevocations({ afterSequence }, asService());
        read.push(...page.revocations);
        afterSequence = page.lastSequence;
      }
    })();
    await Promise.all(calls.map((call, index) => (index % 5 === 0 ? house.auth.logoutAll({}, call) : house.auth.logout({}, call))));
    ending = false;
    await reading;
    const final = await house.auth.listRevocations({ afterSequence }, asService());
    read.push(...final.revocations);
    const told = new Set(read.map(({ sessionId }) => sessionId));
    expect(calls.filter((call) => !told.has(call.user.sessionId))).toEqual([]);
    expect(read.map(({ sequence }) => sequence)).toEqual(read.map((_, index) => start.lastSequence + index + 1));
  });
}

describe('sessions on the embedded database', () => {
  sessionsSuite(async () => 'pglite:memory', async () => {});
});

whenServer('postgres', () => {
  describe('sessions on a PostgreSQL server', () => {
    let server: LocalServer;
    sessionsSuite(async () => {
      server = await startPostgres();
      await provisionDatabase({ adminUrl: server.url, schemas: [{ schema: 'auth' }, { schema: 'users' }] });
      return server.url;
    }, () => server.stop());
  });
});
