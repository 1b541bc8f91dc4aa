import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, closeCodes, HttpClient } from '@voiceassist/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, launchBrowser } from './house/browser.js';
import { Conversation } from './house/conversation.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

/** Under `offered` a password opens this account alone. */
const nurse = { email: 'nina@hospital.example', password: 'nina has a long enough password' };

const atHome = (page: Page) => page.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
const atSignIn = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();

(hasBrowser ? describe : describe.skip)(`sessions in the browser, ${mode}`, () => {
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    // what is looked at here is the session, so that one step of the sign-in is enough
    product = await Product.start({ AUTH_FACTOR_POLICY: 'offered' });
    await (await Person.signIn(product)).prepare(nurse, 'Nina Nurse', 'nurse');
    browser = await launchBrowser();
    context = await browser.newContext();
    page = await context.newPage();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.discard();
  });

  const signIn = async () => {
    await page.goto(product.url);
    await page.getByLabel('E-mail').fill(nurse.email);
    await page.getByLabel('Password').fill(nurse.password);
    await page.getByLabel('Others use this computer too').check();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await atHome(page);
  };

  /** Another client of the same person, which keeps its tokens itself. */
  const otherClient = async () => {
    const answer = await new HttpClient({ baseUrl: product.url }).request(auth.login, nurse);
    if (answer.kind !== 'signed-in') throw new Error('no second factor was expected');
    return { tokens: answer, client: new HttpClient({ baseUrl: product.url, accessToken: () => answer.accessToken }) };
  };
  const cookies = async () => (await context.cookies(product.url)).filter(({ name }) => name.endsWith('va_refresh'));

  it('keep what opens them where no script can read it', async () => {
    await signIn();
    const [cookie, ...more] = await cookies();
    expect(more).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', expires: -1 });
    const readable = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(readable).not.toContain(cookie?.value);
    expect(readable).not.toMatch(/vart_|eyJ/);
  });

  it('outlive a reload, and many tabs that open and reload at once', async () => {
    const tabs = [page, ...await Promise.all(Array.from({ length: 3 }, () => context.newPage()))];
    await Promise.all(tabs.map((tab) => tab.goto(product.url)));
    await Promise.all(tabs.map(atHome));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(tabs.map((tab) => tab.reload()));
      await Promise.all(tabs.map(atHome));
    }
    const { client } = await otherClient();
    const { sessions } = await client.request(auth.listSessions, {});
    expect(sessions.map(({ station, current }) => [station, current]).sort()).toEqual([['own', true], ['shared', false]]);
    expect(sessions.find(({ current }) => !current)?.device).toBe('Chrome on Linux');
  });

  it('end in every tab when one of them signs out, and leave no cookie', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await Promise.all(context.pages().map(atSignIn));
    expect(await cookies()).toEqual([]);
    await page.reload();
    await atSignIn(page);
  });

  it('end within five seconds, sockets included, when they are ended from elsewhere', async () => {
    const [leaving, staying] = [await otherClient(), await otherClient()];
    const socket = Conversation.raw(product.url, ['voiceassist.v1'], { authorization: `Bearer ${leaving.tokens.accessToken}` });
    await socket.next('connected');
    const { sessions } = await leaving.client.request(auth.listSessions, {});
    const own = sessions.find(({ current }) => current);
    const endedAt = Date.now();
    await staying.client.request(auth.endSession, { sessionId: own?.sessionId ?? '' });
    expect((await socket.end()).code).toBe(closeCodes.notAuthenticated);
    // the gateway looks at the feed at a moment of its own
    const isIn = () => leaving.client.request(auth.me, {}).then(() => true, () => false);
    while (await isIn()) await sleep(50);
    expect(Date.now() - endedAt).toBeLessThan(5_000);
    await expect(leaving.client.request(auth.me, {})).rejects.toMatchObject({ status: 401 });
    await expect(staying.client.request(auth.me, {})).resolves.toBeDefined();
  });
});
