import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { hasBrowser, launchBrowser } from './house/browser.js';
import { pdfOf, protocolPages } from './house/documents.js';
import { administrator, mode, Product, root } from './house/product.js';
import { SecondFactor } from './house/second-factor.js';

const pictures = join(root, 'artifacts', 'screenshots');

/** The administrator's phone, once it is set up. */
let phoneApp: SecondFactor | undefined;

async function enterCode(page: Page, label: string, button: string): Promise<void> {
  await page.getByLabel(label).fill(phoneApp?.nextCode() ?? 'no code');
  await page.getByRole('button', { name: button }).click();
}

/** The very first sign-in of an installation, as a newcomer sees it. */
async function setUpSecondFactor(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Protect your account' }).waitFor();
  await page.getByRole('button', { name: 'Authenticator app' }).click();
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  await page.getByText('Type it in instead').click();
  phoneApp = new SecondFactor((await page.locator('.secret').innerText()).replaceAll(' ', ''));
  await enterCode(page, 'Enter the six digits it shows', 'Turn on');
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
  expect(await page.locator('.codes li').count()).toBe(10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  if (phoneApp) await enterCode(page, 'Code of your authenticator app', 'Continue');
  else await setUpSecondFactor(page);
  await page.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
}

(hasBrowser ? describe : describe.skip)(`in the browser, ${mode}`, () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const complaints: string[] = [];
  const file = join(pictures, 'zephyrol.pdf');

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(file, Buffer.from(await (await pdfOf('zephyrol.pdf', protocolPages)).arrayBuffer()));
    product = await Product.start();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
    page.on('request', (request) => !/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(product.url) && foreign.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.discard();
  });

  it('signs in, uploads, asks, and opens the citation at the page with the passage marked', async () => {
    await signIn(page, product.url);
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    const row = page.locator('.document', { hasText: /zephyrol/i });
    await row.locator('.stage.ready').waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'New question' }).click();
    await ask(page, 'How often is blood pressure measured during a zephyrol infusion?');
    const answer = page.locator('.answer').last();
    await answer.getByText('every 15 minutes').waitFor();
    await page.locator('.verdict').last().waitFor();
    await answer.locator('.marker').first().click();
    const evidence = page.getByRole('complementary', { name: 'Source' });
    await evidence.getByText('Page 2 of 2').waitFor();
    await evidence.locator('.pdf[data-found=found]').waitFor();
    expect(await evidence.locator('.marks mark').count()).toBeGreaterThan(0);
    await page.screenshot({ path: join(pictures, `answer-${mode}.png`) });
  });

  it('draws the conversation again after a reload', async () => {
    await page.reload();
    await page.locator('.answer').getByText('every 15 minutes').waitFor();
    expect(page.url()).toMatch(/\/c\/[0-9a-f-]{36}$/);
  });

  it('folds the sources on a phone and shows the proof full screen', async () => {
    const phone = await browser.newPage({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    await signIn(phone, product.url);
    await ask(phone, 'How long should hands be washed with soap and water?');
    await phone.locator('.verdict').waitFor();
    expect(await phone.locator('.source').count()).toBe(0);
    await phone.getByRole('button', { name: /sources?$/ }).click();
    await phone.locator('.source').first().click();
    await phone.locator('.evidence').waitFor();
    await phone.locator('.pdf[data-found=found], .text-page mark').first().waitFor();
    await phone.screenshot({ path: join(pictures, `phone-${mode}.png`) });
    await phone.getByRole('button', { name: 'Close the source' }).click();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await phone.close();
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(product.url);
    await page.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
    await page.getByLabel('Your question').focus();
    await page.keyboard.type('At which temperature are refrigerated vaccines kept?');
    await page.keyboard.press('Enter');
    await page.locator('.verdict').waitFor();
    const marker = page.locator('.marker').first();
    await marker.focus();
    await page.keyboard.press('Enter');
    await page.locator('.evidence').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.evidence').waitFor({ state: 'detached' });
  });

  it('asked nobody else for anything and had nothing to complain about', () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
