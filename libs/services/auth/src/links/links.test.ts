import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Call } from '@voiceassist/kit';
import { SmtpMail } from '../mail/smtp.mail.js';
import { renderLetter } from '../mail/letters.js';
import { asHolder, auditRows, stranger, until } from '../testing/house.js';
import { code, linkOf, Scene, someone } from '../testing/link-scene.js';
import { MailServer } from '../testing/mail-server.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

describe('links by mail', () => {
  let server: MailServer;
  let scene: Scene;

  beforeAll(async () => {
    server = await MailServer.start();
    scene = await Scene.open({ SMTP_URL: server.url, SMTP_REQUIRE_TLS: 'false', MAIL_FROM: 'St. Mary <no-reply@h.example>' });
  });
  afterAll(async () => {
    await scene?.house.close();
    await server?.stop();
  });

  const mailTo = async (email: string, count = 1) => {
    await until(() => server.mailsTo(email).length >= count);
    return server.mailsTo(email).at(-1);
  };
  const verifiedAt = async (userId: string) => (await scene.house.sql.query<[{ at: Date | null }]>('SELECT email_verified_at AS at FROM auth.account WHERE user_id = $1', [userId]))[0].at;

  it('let invited people choose their password, once, and prove their address', async () => {
    const email = someone();
    const user = await scene.invite(email);
    const mail = await mailTo(email);
    expect(mail).toMatchObject({ from: 'no-reply@h.example', recipients: [email] });
    expect(mail?.headers.get('subject')).toBe('Your account at VoiceAssist');
    const token = linkOf(mail?.body);
    await expect(scene.house.auth.readLink({ token }, stranger())).resolves.toMatchObject({ kind: 'invitation', email, displayName: 'Ada' });
    await expect(scene.choose(token, 'short')).rejects.toEqual(code('PASSWORD_REFUSED'));
    await scene.choose(token);
    await expect(scene.login(email)).resolves.toBeDefined();
    await expect(scene.choose(token, 'another good password here')).rejects.toEqual(code('LINK_NOT_VALID'));
    await expect(scene.house.auth.readLink({ token }, stranger())).rejects.toEqual(code('LINK_NOT_VALID'));
    expect(await verifiedAt(user.userId)).not.toBeNull();
    await expect(scene.invite(email)).rejects.toEqual(code('EMAIL_TAKEN'));
  });

  it('reset a password within half an hour, end every session, and are told about', async () => {
    const { credentials, tokens, user } = await scene.newcomer();
    const { sessionId } = (await asHolder(scene.house, tokens.accessToken)).user;
    await scene.forget(credentials.email.toUpperCase());
    const token = linkOf((await mailTo(credentials.email))?.body);
    await scene.choose(token);
    await until(() => scene.house.feed.isRevoked(sessionId));
    await expect(scene.house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger())).rejects.toEqual(code('REFRESH_REFUSED'));
    await expect(scene.login(credentials.email, credentials.password)).rejects.toEqual(code('CREDENTIALS_REFUSED'));
    await expect(scene.login(credentials.email)).resolves.toBeDefined();
    const notice = await mailTo(credentials.email, 2);
    expect(notice?.headers.get('subject')).toBe('Your VoiceAssist password was changed');

    await scene.forget(credentials.email);
    const late = linkOf((await mailTo(credentials.email, 3))?.body);
    const [row] = await scene.house.sql.query<[{ minutes: number }]>(`SELECT extract(epoch FROM token_expires_at - now()) / 60 AS minutes FROM auth.link WHERE user_id = $1`, [user.userId]);
    expect(Number(row.minutes)).toBeLessThanOrEqual(30);
    await scene.house.sql.query('UPDATE auth.link SET token_expires_at = now() WHERE user_id = $1', [user.userId]);
    await expect(scene.choose(late)).rejects.toEqual(code('LINK_NOT_VALID'));
  });

  it('are not sent to strangers, who get the same answer, and work only in their newest form once they were replaced', async () => {
    const { credentials, user } = await scene.newcomer();
    const unknown = someone();
    await expect(Promise.all([scene.forget(unknown), scene.forget(credentials.email)])).resolves.toEqual([{}, {}]);
    const first = linkOf((await mailTo(credentials.email))?.body);
    await scene.house.auth.sendLink({ userId: user.userId, kind: 'password-reset' }, await scene.administrator());
    const second = linkOf((await mailTo(credentials.email, 2))?.body);
    expect(second).not.toBe(first);
    await expect(scene.choose(first)).rejects.toEqual(code('LINK_NOT_VALID'));
    await expect(scene.choose(second)).resolves.toEqual({});
    expect(server.mailsTo(unknown)).toEqual([]);
    for (const token of ['val_', `val_${'A'.repeat(43)}`, 'x']) await expect(scene.choose(token)).rejects.toEqual(code('LINK_NOT_VALID'));
  });

  it('cannot be ended or kept away by whoever asks for them in the name of their owner', async () => {
    const { credentials, user } = await scene.newcomer();
    const flood = async (email: string) => (await Promise.allSettled(Array.from({ length: 20 }, () => scene.forget(email)))).map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code));
    await scene.forget(credentials.email);
    const link = linkOf((await mailTo(credentials.email))?.body);
    const answers = [...await flood(credentials.email), ...await flood(credentials.email)];
    expect([...new Set(answers)].sort()).toEqual(['RATE_LIMITED', 'ok']);
    const sent = async () => (await scene.house.sql.query<[{ open: number }]>(`SELECT count(*)::int AS open FROM auth.job WHERE state IN ('queued', 'running')`))[0].open === 0;
    await until(sent);
    expect(server.mailsTo(credentials.email)).toHaveLength(1);
    await scene.choose(link);
    await expect(scene.forget(credentials.email)).resolves.toEqual({});
    await until(() => server.mailsTo(credentials.email).length === 3); // the notice and the new link

    await flood(credentials.email);
    await scene.house.sql.query(`UPDATE auth.sign_in_attempt SET failures = 99, blocked_until = now()`);
    await expect(scene.forget(credentials.email)).resolves.toEqual({});
    const [{ seconds }] = await scene.house.sql.query<[{ seconds: number }]>('SELECT extract(epoch FROM max(blocked_until) - now())::int AS seconds FROM auth.sign_in_attempt');
    expect(seconds).toBeLessThanOrEqual(900); // no day without letters
    await scene.house.auth.unlockAccount({ userId: user.userId }, await scene.administrator());
    await expect(scene.forget(credentials.email)).resolves.toEqual({});

    const handedOver = `UPDATE auth.link SET handed_over_at = now() - interval '11 minutes' WHERE user_id = $1`;
    await scene.house.sql.query(handedOver, [user.userId]);
    await until(sent);
    await scene.forget(credentials.email);
    await until(() => server.mailsTo(credentials.email).length === 4);
  });

  it('leave rows in the audit that name whose they are, also when what they are used for is refused', async () => {
    const { credentials, user } = await scene.newcomer();
    const unknown = someone();
    await Promise.all([scene.forget(credentials.email), scene.forget(unknown)]);
    const token = linkOf((await mailTo(credentials.email))?.body);
    await scene.house.auth.readLink({ token }, stranger());
    await scene.choose(token, 'short').catch(() => undefined);
    await scene.choose(token);
    const of = async (action: string) => (await auditRows(scene.house, action)).filter(({ subjects }) => subjects.userId === user.userId);
    expect(await of('auth.request-password-reset')).toHaveLength(1);
    expect(await of('auth.read-link')).toHaveLength(1);
    const chosen = await of('auth.choose-password');
    expect(chosen.map(({ outcome }) => outcome).sort()).toEqual(['PASSWORD_REFUSED', 'ok']);
    expect(chosen.find(({ outcome }) => outcome === 'ok')).toMatchObject({ kind: 'U', change: { before: expect.any(String), after: expect.any(String) } });
    expect((await auditRows(scene.house, 'auth.request-password-reset')).some(({ subjects }) => subjects.userId === undefined)).toBe(true);
  });

  it('let one of many simultaneous uses win', async () => {
    const { credentials } = await scene.newcomer();
    await scene.forget(credentials.email);
    const token = linkOf((await mailTo(credentials.email))?.body);
    const results = await Promise.allSettled(['one', 'two', 'three', 'four'].map((word) => scene.choose(token, `${word} silver kettles boil`)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('prove an address to the one who reads it, and serve for nothing else', async () => {
    const { credentials, tokens, user } = await scene.newcomer();
    await scene.house.auth.requestVerification({}, await asHolder(scene.house, tokens.accessToken));
    const token = linkOf((await mailTo(credentials.email))?.body);
    await expect(scene.choose(token)).rejects.toEqual(code('LINK_NOT_VALID'));
    expect(await verifiedAt(user.userId)).toBeNull();
    await scene.house.auth.verifyEmail({ token }, stranger());
    expect(await verifiedAt(user.userId)).not.toBeNull();
    await expect(scene.house.auth.verifyEmail({ token }, stranger())).rejects.toEqual(code('LINK_NOT_VALID'));
  });

  it('end with the address they were sent to, so that nobody proves the new one by reading the old one', async () => {
    const { credentials, tokens, user } = await scene.newcomer();
    await scene.house.auth.requestVerification({}, await asHolder(scene.house, tokens.accessToken));
    await scene.forget(credentials.email);
    const [one, two] = [await mailTo(credentials.email, 2), server.mailsTo(credentials.email)[0]].map((mail) => linkOf(mail?.body));
    await scene.house.auth.changeAddress({ userId: user.userId, email: someone() }, Call.asService('users'));
    for (const token of [one ?? '', two ?? '']) {
      await expect(scene.house.auth.verifyEmail({ token }, stranger())).rejects.toEqual(code('LINK_NOT_VALID'));
      await expect(scene.choose(token)).rejects.toEqual(code('LINK_NOT_VALID'));
    }
    expect(await verifiedAt(user.userId)).toBeNull();
  });

  it('come through a server that is busy, and wait for an administrator when it refuses them for good', async () => {
    const { credentials, user } = await scene.newcomer();
    server.refusals.push(451, 421);
    await scene.forget(credentials.email);
    await mailTo(credentials.email);
    const pendingOf = async () => (await scene.house.auth.listPendingLinks({}, await scene.administrator())).links.filter(({ userId }) => userId === user.userId);
    await until(async () => (await pendingOf()).length === 0);
    server.refusals.push(550);
    await scene.house.auth.sendLink({ userId: user.userId, kind: 'password-reset' }, await scene.administrator());
    await until(async () => (await pendingOf()).length === 1);
  });

  it('are never stored, neither they nor what opens them', async () => {
    const links = server.mails.map(({ body }) => linkOf(body)).filter((token) => token.startsWith('val_'));
    expect(links.length).toBeGreaterThan(5);
    const tables = await scene.house.sql.query<{ name: string }[]>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'auth'`);
    for (const { name } of tables) {
      const rows = JSON.stringify(await scene.house.sql.query(`SELECT t::text FROM auth."${name}" AS t`));
      for (const token of links) expect(rows.includes(token)).toBe(false);
    }
  });

  it('tell people of a device they have not used before, but not of their first', async () => {
    const { credentials } = await scene.newcomer();
    for (const device of ['Firefox on Linux', 'Firefox on Linux', 'Safari on iPhone']) await scene.login(credentials.email, credentials.password, device);
    await until(() => server.mailsTo(credentials.email).length >= 2);
    expect(server.mailsTo(credentials.email).map(({ body }) => /new device \((.+?)\)/.exec(body)?.[1])).toEqual(['Firefox on Linux', 'Safari on iPhone']);
  });

  it('tell people what was done to their second factors', async () => {
    const { credentials, user } = await scene.newcomer();
    await scene.house.auth.resetFactors({ userId: user.userId }, await scene.administrator());
    expect((await mailTo(credentials.email))?.body).toContain('An administrator removed the second factors of your account');
  });

  it('cannot be turned into other mail by what people write', async () => {
    const administrator = await scene.administrator();
    for (const email of ['ada@h.example\r\nBcc: spy@h.example', 'ada@h.example, spy@h.example', '"x\r\nBcc: spy"@h.example']) {
      await expect(scene.house.auth.inviteUser({ email, displayName: 'Ada', roles: ['viewer'] }, administrator)).rejects.toEqual(code('INVALID_INPUT'));
      await expect(scene.forget(email)).rejects.toEqual(code('INVALID_INPUT'));
    }
    const email = someone();
    await scene.house.auth.inviteUser({ email, displayName: 'Ada\r\nBcc: spy@h.example\r\n\r\n<a href="https://evil.example">', roles: ['viewer'] }, administrator);
    const mail = await mailTo(email);
    expect(mail?.recipients).toEqual([email]);
    expect([mail?.headers.get('bcc'), mail?.body.includes('evil')]).toEqual([undefined, false]);
    const smtp = new SmtpMail({ url: server.url, from: 'no-reply@h.example', requireTls: false });
    const letter = { to: email, messageId: '<1@h.example>', ...renderLetter({ subject: 'Hello', paragraphs: ['Hello'] }) };
    for (const change of [{ to: `${email}\nBcc: spy@h.example` }, { subject: 'Hello\r\nBcc: spy@h.example' }, { messageId: '<1>\r\nX: y' }]) {
      await expect(smtp.send({ ...letter, ...change })).rejects.toThrow(/one line/);
    }
    await smtp.close();
    expect(server.mailsTo('spy@h.example')).toEqual([]);
  });

  it('are not sent in the clear unless the settings allow it', async () => {
    const smtp = new SmtpMail({ url: server.url, from: 'no-reply@h.example', requireTls: true });
    const before = server.mails.length;
    await expect(smtp.send({ to: someone(), messageId: '<2@h.example>', ...renderLetter({ subject: 'Hello', paragraphs: ['Hello'] }) })).rejects.toBeDefined();
    expect(server.mails).toHaveLength(before);
    await smtp.close();
  });
});
