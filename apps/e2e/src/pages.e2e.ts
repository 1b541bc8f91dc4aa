import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { seriousBarriers } from './house/axe.js';
import { giveAuthenticator, hasBrowser, launchBrowser } from './house/browser.js';
import { administrator, mode, Product, root } from './house/product.js';
import { SecondFactor } from './house/second-factor.js';

/** Each page is drawn and examined twice, which takes its time on a busy machine. */
jest.setTimeout(240_000);
const longestWaitMs = 60_000;

const pictures = join(root, 'artifacts', 'screenshots');
const nurse = { name: 'Nora Nurse', email: 'nora@hospital.example', password: 'nine quiet herons wade' };

(hasBrowser ? describe : describe.skip)(`pages of the account, ${mode}`, () => {
  let product: Product;
  /** Passkeys belong to a name, never to a bare address. */
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let phone: Page;
  /** On the nurse's phone. */
  let app: SecondFactor;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    product = await Product.start();
    url = product.url.replace('127.0.0.1', 'localhost');
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    context.setDefaultTimeout(longestWaitMs);
    page = await context.newPage();
    await giveAuthenticator(context, page);
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.discard();
  });

  /** Looks at the page in both colour schemes, for barriers and for a picture. */
  async function inspect(name: string, which: Page = page): Promise<void> {
    expect(await which.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    for (const colorScheme of ['light', 'dark'] as const) {
      await which.emulateMedia({ colorScheme });
      await which.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
      expect({ name, colorScheme, barriers: await seriousBarriers(which) }).toEqual({ name, colorScheme, barriers: [] });
    }
    await which.emulateMedia({ colorScheme: 'light' });
  }

  async function enterPassword(which: Page, { email, password }: { email: string; password: string }): Promise<void> {
    await which.goto(url);
    await which.getByLabel('E-mail').fill(email);
    await which.getByLabel('Password').fill(password);
    await which.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  const isIn = (which: Page) => which.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
  const signOut = () => page.getByRole('button', { name: 'Sign out', exact: true }).click();

  it('let the first administrator set up a passkey, with the keyboard alone', async () => {
    await page.goto(url);
    await page.getByLabel('E-mail').waitFor();
    await inspect('sign-in');
    await page.keyboard.type(administrator.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(administrator.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Protect your account' }).waitFor();
    await inspect('set-up');
    await page.getByRole('button', { name: 'Passkey' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await inspect('recovery-codes');
    await page.getByRole('button', { name: 'I have kept them' }).focus();
    await page.keyboard.press('Enter');
    await isIn(page);
  });

  it('show factors, sessions and keys, and change them', async () => {
    await page.getByRole('link', { name: 'Security' }).click();
    await page.getByText('10 left').waitFor();
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await inspect('add-app');
    await page.getByText('Type it in instead').click();
    const app = new SecondFactor((await page.locator('.secret').innerText()).replaceAll(' ', ''));
    await page.getByLabel('Enter the six digits it shows').fill(app.nextCode() ?? '');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('Authenticator app', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('What it is for').fill('Nightly import');
    await page.getByRole('button', { name: 'Create the key' }).click();
    expect(await page.locator('.secret').innerText()).toMatch(/^va_/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Nightly import').waitFor();
    await inspect('security');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Remove Authenticator app' }).click();
    await page.getByText('Authenticator app', { exact: true }).waitFor({ state: 'detached' });
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Revoke Nightly import' }).click();
    await page.getByText('Nightly import').waitFor({ state: 'detached' });
  });

  it('ask for the factor again where a fresh one is needed, and go on with what was asked', async () => {
    const stale = { success: false, data: null, error: { code: 'STEP_UP_REQUIRED', message: 'Show your second factor again.' }, metadata: { version: '1', requestId: 'e2e' }, timestamp: new Date().toISOString() };
    await page.route('**/api/auth/mfa/recovery-codes', (route) => route.fulfill({ status: 403, json: stale }), { times: 1 });
    await page.getByRole('button', { name: 'Make new codes' }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await inspect('step-up');
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
  });

  it('sign in with the password and a passkey, and with a passkey alone', async () => {
    await signOut();
    await enterPassword(page, administrator);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await inspect('factor');
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await isIn(page);
    await signOut();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await isIn(page);
  });

  it('let an administrator invite somebody, who chooses a password and sets up an app', async () => {
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByLabel('Name').fill(nurse.name);
    await page.getByLabel('E-mail').fill(nurse.email);
    await page.getByLabel('Clinician').uncheck();
    await page.getByLabel('Nurse').check();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('button', { name: `Show the link for ${nurse.email}` }).click();
    const link = new URL(await page.locator('.secret').innerText());
    await page.getByRole('button', { name: `Change ${nurse.name}` }).click();
    await inspect('people');
    await page.getByRole('button', { name: 'Reset second factor' }).scrollIntoViewIfNeeded();
    await inspect('person');
    phone = await browser.newPage({ viewport: { width: 390, height: 800 } });
    phone.setDefaultTimeout(longestWaitMs);
    await phone.goto(`${url}${link.pathname}${link.hash}`);
    await phone.getByLabel('New password').fill('nurse');
    await phone.getByText(/at least/i).waitFor();
    await phone.getByLabel('New password').fill(nurse.password);
    await inspect('invitation', phone);
    await phone.getByRole('button', { name: 'Save the password' }).click();
    await phone.getByRole('button', { name: 'Go to sign-in' }).click();
    await enterPassword(phone, nurse);
    await phone.getByRole('button', { name: 'Authenticator app' }).click();
    await phone.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await inspect('phone-add-app', phone);
    await phone.getByText('Type it in instead').click();
    app = new SecondFactor((await phone.locator('.secret').innerText()).replaceAll(' ', ''));
    await phone.getByLabel('Enter the six digits it shows').fill(app.nextCode() ?? '');
    await phone.getByRole('button', { name: 'Turn on' }).click();
    await phone.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await inspect('phone-recovery-codes', phone);
    await phone.getByRole('button', { name: 'I have kept them' }).click();
    await isIn(phone);
    await phone.goto(`${url}/security`);
    await phone.getByText('this one').waitFor();
    await inspect('phone-security', phone);
  });

  it('let her sign out another place where she is signed in', async () => {
    const tablet = await browser.newPage();
    tablet.setDefaultTimeout(longestWaitMs);
    await enterPassword(tablet, nurse);
    await tablet.getByRole('heading', { name: 'One more step' }).waitFor();
    await tablet.getByLabel('Code of your authenticator app').fill(app.nextCode() ?? '');
    await tablet.getByRole('button', { name: 'Continue' }).click();
    await isIn(tablet);
    await phone.reload();
    await phone.getByRole('button', { name: /^Sign out .+, signed in/ }).click();
    await phone.getByRole('button', { name: /^Sign out .+, signed in/ }).waitFor({ state: 'detached' });
    await tablet.goto(`${url}/security`);
    await tablet.getByLabel('E-mail').waitFor();
    await tablet.close();
  });

  it('let the administrator give her another role and take her access away, which ends where she is signed in', async () => {
    const person = page.locator('.person', { hasText: nurse.email });
    await person.getByLabel('Clinician').check();
    await person.getByRole('button', { name: 'Save roles' }).click();
    await person.locator('.badge', { hasText: 'Clinician' }).waitFor();
    await phone.goto(`${url}/security`);
    await phone.getByLabel('E-mail').waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await person.getByRole('button', { name: 'Deactivate' }).click();
    await person.getByText('deactivated').waitFor();
    await inspect('person-deactivated');
    await enterPassword(phone, nurse);
    await phone.getByRole('alert').waitFor();
    await phone.close();
  });

  it('had nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
