import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { admin, auth, closeCodes, HttpClient, users } from '@voiceassist/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seriousBarriers } from './house/axe.js';
import { giveAuthenticator, hasBrowser, launchBrowser } from './house/browser.js';
import { Conversation } from './house/conversation.js';
import { OutsideProviders } from './house/outside-providers.js';
import { Person } from './house/person.js';
import { administrator, mode, Product } from './house/product.js';

jest.setTimeout(240_000);
const longestWaitMs = 60_000;

const ann = { claims: { email: 'ann@hospital.example', email_verified: true, name: 'Ann', groups: ['doctors'] }, token: { amr: ['mfa'], sid: 'there' } };
const boss = { claims: { email: administrator.email, email_verified: true, name: 'Boss', groups: [] } };

describe(`single sign-on, ${mode}`, () => {
  let providers: OutsideProviders;
  let product: Product;
  let administration: Person;
  let overseer: HttpClient;

  beforeAll(async () => {
    providers = await OutsideProviders.start([
      { id: 'hospital', label: 'Hospital login', createAccounts: true, groupRoles: { doctors: ['clinician'], nurses: ['nurse'] }, secondFactor: { amr: ['mfa'] } },
      { id: 'clinic', label: 'Clinic login' },
    ]);
    await providers.tell({ people: { ann, boss } });
    product = await Product.start((url) => providers.settingsFor(url));
    administration = await Person.signIn(product);
    overseer = administration.client;
  });
  afterAll(async () => {
    await product?.discard();
    await providers?.stop();
  });

  const anonymous = () => new HttpClient({ baseUrl: product.url });
  async function enter(login: string, providerId = 'hospital') {
    const returned = await providers.visit(await anonymous().request(auth.beginProviderSignIn, { providerId }), login);
    const answer = await anonymous().request(auth.completeProviderSignIn, returned);
    if (answer.kind !== 'signed-in') throw new Error('no second factor was expected');
    return { returned, tokens: answer, client: new HttpClient({ baseUrl: product.url, accessToken: () => answer.accessToken }) };
  }
  const isIn = (client: HttpClient) => client.request(auth.me, {}).then(() => true, () => false);

  it('opens an account of its own, which does what its role may, and leaves its rows in the audit', async () => {
    const { client, tokens, returned } = await enter('ann');
    expect(tokens.user).toMatchObject({ email: 'ann@hospital.example', roles: ['clinician'] });
    expect(await client.request(users.readOwnProfile, {})).toMatchObject({ displayName: 'Ann', active: true });
    await expect(anonymous().request(auth.completeProviderSignIn, returned)).rejects.toMatchObject({ code: 'ATTEMPT_EXPIRED' });
    const rows = async () => (await overseer.request(admin.searchAudit, { action: 'auth.sign-in-with-provider' })).items.map(({ outcome }) => outcome);
    while ((await rows()).length < 2) await sleep(100);
    expect((await rows()).sort()).toEqual(['ATTEMPT_EXPIRED', 'ok']);
  });

  it('follows the groups, ends what was open within five seconds, and ends with the last group', async () => {
    const before = await enter('ann');
    await providers.tell({ people: { ann: { ...ann, claims: { ...ann.claims, groups: ['nurses'] } }, boss } });
    const after = await enter('ann');
    expect(after.tokens.user.roles).toEqual(['nurse']);
    const changedAt = Date.now();
    while (await isIn(before.client)) await sleep(50);
    expect(Date.now() - changedAt).toBeLessThan(5_000);
    expect(await isIn(after.client)).toBe(true);
    await providers.tell({ people: { ann, boss } });
    await enter('ann');
  });

  it('ends sessions, sockets included, when the provider says so', async () => {
    const { client, tokens } = await enter('ann');
    const socket = Conversation.raw(product.url, ['voiceassist.v1'], { authorization: `Bearer ${tokens.accessToken}` });
    await socket.next('connected');
    const order = async () => fetch(`${product.url}/api/auth/oidc/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: await providers.logoutToken({ sub: 'ann', sid: 'there' }) }) });
    const endedAt = Date.now();
    expect(await order()).toMatchObject({ status: 200 });
    expect((await socket.end()).code).toBe(closeCodes.notAuthenticated);
    while (await isIn(client)) await sleep(50);
    expect(Date.now() - endedAt).toBeLessThan(5_000);
    const forged = new URLSearchParams({ logout_token: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(await fetch(`${product.url}/api/auth/oidc/backchannel-logout`, { method: 'POST', body: forged })).toMatchObject({ status: 400 });
  });

  it('does not open an account by its address', async () => {
    for (const providerId of ['hospital', 'clinic']) await expect(enter('boss', providerId)).rejects.toMatchObject({ code: expect.stringMatching(/IDENTITY_NOT_LINKED|ACCESS_NOT_GRANTED/) as unknown });
  });

  (hasBrowser ? describe : describe.skip)('in the browser', () => {
    let url: string;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      url = product.url.replace('127.0.0.1', 'localhost');
      browser = await launchBrowser();
      context = await browser.newContext();
      context.setDefaultTimeout(longestWaitMs);
      page = await context.newPage();
      await giveAuthenticator(context, page);
    });
    afterAll(() => browser?.close());

    const home = (which = page) => which.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
    async function answerProvider(login: string): Promise<void> {
      await page.getByRole('heading', { name: 'Hospital login' }).waitFor();
      await page.getByLabel('Name').fill(login);
      await page.getByRole('button', { name: 'Continue' }).click();
    }

    it('goes there and back, leaves nothing in the address, and signs out at both ends', async () => {
      await page.goto(url);
      await page.getByRole('button', { name: 'Sign in with Hospital login' }).waitFor();
      expect(await seriousBarriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Sign in with Hospital login' }).click();
      await answerProvider('ann');
      await home();
      expect(page.url()).toBe(`${url}/`);
      expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).not.toMatch(/vapt_|vart_|eyJ/);
      await page.reload();
      await home();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.waitForURL((address) => address.origin === providers.issuers[0] && address.pathname === '/session/end');
    });

    it('takes no answer that another browser has asked for', async () => {
      const begun = await anonymous().request(auth.beginProviderSignIn, { providerId: 'hospital' });
      const { code = '', state, iss = '' } = await providers.visit(begun, 'ann');
      await page.goto(`${url}/sign-in/hospital?${new URLSearchParams({ code, state, iss }).toString()}`);
      await page.getByRole('alert').getByText('not begun in this tab').waitFor();
      expect(page.url()).toBe(`${url}/sign-in/hospital`);
      expect(await seriousBarriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Go to sign-in' }).click();
      await page.getByLabel('E-mail').waitFor();
    });

    it('links an identity in the security settings, with a fresh factor, and enters with it', async () => {
      await administration.prepare({ email: 'vic@hospital.example', password: 'seven grey geese gather' }, 'Vic', 'viewer');
      await page.goto(url);
      await page.getByLabel('E-mail').fill('vic@hospital.example');
      await page.getByLabel('Password').fill('seven grey geese gather');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await home();
      await page.goto(`${url}/security`);
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByRole('button', { name: 'I have kept them' }).click();
      await page.getByRole('button', { name: 'Link Clinic login' }).click();
      await answerProvider('boss');
      await page.getByRole('button', { name: /^Unlink Clinic login/ }).waitFor();
      expect(page.url()).toBe(`${url}/security`);
      expect(await seriousBarriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('button', { name: 'Sign in with Clinic login' }).click();
      await page.getByRole('heading', { name: 'One more step' }).waitFor();
      await page.getByRole('button', { name: 'Use your passkey' }).click();
      await home();
    });
  });
});
