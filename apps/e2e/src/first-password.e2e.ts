import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousBarriers } from './house/axe.js';
import { giveAuthenticator, hasBrowser, launchBrowser } from './house/browser.js';
import { mode, Product, root } from './house/product.js';

const pictures = join(root, 'artifacts', 'screenshots');

(hasBrowser ? describe : describe.skip)(`the first sign-in of a new installation, ${mode}`, () => {
  let product: Product;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    product = await Product.start({ ADMIN_PASSWORD: '', EMBEDDER_URL: 'none:', SAMPLES_DIR: '' });
    browser = await launchBrowser();
    const context = await browser.newContext();
    page = await context.newPage();
    await giveAuthenticator(context, page);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await product?.discard();
  });

  it('asks for a password of one\'s own, once, and then for the second factor', async () => {
    const printed = /password +(\S+)/.exec(product.log)?.[1] ?? '';
    expect(printed).toHaveLength(29);
    await page.goto(product.url.replace('127.0.0.1', 'localhost'));
    await page.getByLabel('E-mail').fill('admin@hospital.example');
    await page.getByLabel('Password').fill(printed);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
    expect(await seriousBarriers(page)).toEqual([]);
    await page.screenshot({ path: join(pictures, 'own-password.png') });
    await page.getByLabel('New password').fill(printed);
    await page.getByRole('button', { name: 'Save and go on' }).click();
    await page.getByText('Choose another password than the present one.').waitFor();
    await page.getByLabel('New password').fill('seven otters under the bridge');
    await page.getByRole('button', { name: 'Save and go on' }).click();
    await page.getByRole('button', { name: 'Passkey' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('link', { name: 'Security' }).waitFor();
    const again = (password: string) => fetch(`${product.url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'admin@hospital.example', password }) });
    expect((await again(printed)).status).toBe(401);
    expect((await again('seven otters under the bridge')).status).toBe(200);
  });
});
