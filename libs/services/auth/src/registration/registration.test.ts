import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { auditRows, startHouse, stranger, until } from '../testing/house.js';
import { code, linkOf, password, Scene, someone } from '../testing/link-scene.js';
import { MailServer } from '../testing/mail-server.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

describe('an account that a stranger asks for', () => {
  let server: MailServer;
  let scene: Scene;

  beforeAll(async () => {
    server = await MailServer.start();
    scene = await Scene.open({ SMTP_URL: server.url, SMTP_REQUIRE_TLS: 'false', MAIL_FROM: 'no-reply@h.example', AUTH_REGISTRATION: 'open' });
  });
  afterAll(async () => {
    await scene?.house.close();
    await server?.stop();
  });

  const ask = (email: string) => scene.house.auth.requestAccount({ email, displayName: '<b>Sam</b>' }, stranger());
  const mailTo = async (email: string, count = 1) => {
    await until(() => server.mailsTo(email).length >= count);
    return server.mailsTo(email).at(-1);
  };

  it('is made by a link to its address', async () => {
    const email = someone();
    await expect(ask(email)).resolves.toEqual({});
    const mail = await mailTo(email);
    expect(mail?.body).not.toContain('Sam');
    await scene.choose(linkOf(mail?.body));
    await expect(scene.login(email)).resolves.toMatchObject({ user: { email, roles: ['viewer'] } });
  });

  it('is answered alike whether there is one already, and only its owner is told', async () => {
    const { credentials, user } = await scene.newcomer();
    await expect(ask(credentials.email.toUpperCase())).resolves.toEqual({});
    expect((await mailTo(credentials.email))?.body).toContain('You have one already');
    await expect(scene.login(credentials.email, credentials.password)).resolves.toBeDefined();
    const made = async () => (await auditRows(scene.house, 'auth.create-requested-account')).find(({ subjects }) => subjects.userId === user.userId);
    await until(async () => (await made()) !== undefined);
    expect(await made()).toMatchObject({ outcome: 'EMAIL_TAKEN' });
    await expect(scene.house.auth.register({ email: credentials.email, password, displayName: 'Sam' }, stranger())).rejects.toEqual(code('REGISTRATION_CLOSED'));
    await expect(scene.house.auth.register({ email: someone(), password, displayName: 'Sam' }, stranger())).rejects.toEqual(code('REGISTRATION_CLOSED'));
  });

  it('is asked for in somebody else\'s name only so often, and leaves nobody\'s name behind', async () => {
    const email = someone();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => ask(email)));
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(12);
    await mailTo(email);
    const rows = await scene.house.sql.query<unknown[]>(`SELECT payload::text FROM auth.job WHERE subject = 'va.v1.auth.job.account.make'`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/h\.example|Sam/);
  });
});

it('no account is made where registration is closed, or no letter could be sent', async () => {
  for (const AUTH_REGISTRATION of ['closed', 'open']) {
    const house = await startHouse({ AUTH_REGISTRATION });
    try {
      await expect(house.auth.requestAccount({ email: someone(), displayName: 'Sam' }, stranger())).rejects.toEqual(code('REGISTRATION_CLOSED'));
    } finally {
      await house.close();
    }
  }
});
