import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditRecord, kb, type Role } from '@voiceassist/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import { seriousBarriers } from './house/axe.js';
import { giveAuthenticator, hasBrowser, launchBrowser } from './house/browser.js';
import { pdfOf, protocolPages } from './house/documents.js';
import { Person } from './house/person.js';
import { mode, Product, root } from './house/product.js';

const pictures = join(root, 'artifacts', 'screenshots');
const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 800 };
const reason = 'Unconscious patient on zephyrol, and nobody who may read its protocol is on duty.';
const locked = 'Transplant protocols';

(hasBrowser ? describe : describe.skip)(`pages of oversight, ${mode}`, () => {
  let product: Product;
  let url: string;
  let browser: Browser;
  let boss: Person;
  let nurse: Page;
  let officer: Page;
  let administrator: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    product = await Product.start({ GATEWAY_CREDENTIALS_PER_MINUTE: '1000' });
    // passkeys belong to a name, never to a bare address
    url = product.url.replace('127.0.0.1', 'localhost');
    boss = await Person.signIn(product);
    const { collectionId } = await boss.client.request(kb.createCollection, { name: locked, description: '', grants: { roles: [], userIds: [] } });
    const { documentId } = await boss.upload(await pdfOf('zephyrol.pdf', protocolPages), { collectionId });
    browser = await launchBrowser();
    [nurse, officer, administrator] = [await enter('nurse', 'Nora Nurse'), await enter('privacy_officer', 'Olga Officer'), await enter('admin', 'Ada Administrator')];
    expect(await boss.ingested(documentId)).toMatchObject({ stage: 'ready' });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await product?.discard();
  });

  /** Somebody new, signed in in a browser of their own with a passkey. */
  async function enter(role: Role, displayName: string): Promise<Page> {
    const account = { email: `${role}@ward.example`, password: 'nine quiet herons wade here' };
    await boss.prepare(account, displayName, role);
    const context = await browser.newContext({ viewport: desktop });
    const page = await context.newPage();
    await giveAuthenticator(context, page);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Passkey' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('link', { name: 'Security' }).waitFor();
    return page;
  }

  /** Looks at the page wide and narrow, in both colour schemes, for barriers and for a picture. */
  async function inspect(name: string, page: Page, at?: Locator): Promise<void> {
    for (const [width, viewport] of [['desktop', desktop], ['phone', phone]] as const) {
      await page.setViewportSize(viewport);
      await at?.evaluate((element) => element.scrollIntoView({ block: 'start', behavior: 'instant' }));
      expect({ name, width, overflows: await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth || document.getElementById('main')!.scrollWidth > window.innerWidth) }).toEqual({ name, width, overflows: false });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) });
        expect({ name, width, colorScheme, barriers: await seriousBarriers(page) }).toEqual({ name, width, colorScheme, barriers: [] });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(desktop);
  }

  /** The next call there is answered as if the second factor were too old. */
  async function letFactorGoStale(page: Page, path: string): Promise<void> {
    const stale = { success: false, data: null, error: { code: 'STEP_UP_REQUIRED', message: 'Show your second factor again.' }, metadata: { version: '1', requestId: 'e2e' }, timestamp: new Date().toISOString() };
    await page.route(path, (route) => route.fulfill({ status: 403, json: stale }), { times: 1 });
  }

  async function ask(page: Page, question: string): Promise<string> {
    await page.getByRole('link', { name: 'New question' }).click();
    await page.getByRole('heading', { name: 'Ask your guidelines' }).waitFor();
    await page.getByLabel('Your question').fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.verdict').last().waitFor();
    return page.locator('.turn').last().innerText();
  }

  const banner = () => nurse.getByRole('status', { name: 'Emergency access' });
  const question = 'In which solution is zephyrol dissolved before infusion?';

  /** With the keyboard alone. */
  async function openInEmergency(): Promise<void> {
    await nurse.getByRole('link', { name: 'Emergency access' }).click();
    await nurse.getByRole('combobox', { name: 'Collection' }).focus();
    await nurse.keyboard.type(locked);
    await nurse.keyboard.press('Tab');
    await nurse.keyboard.type('MRN 4711');
    await nurse.keyboard.press('Tab');
    await nurse.keyboard.type('Urgent');
    expect(await nurse.getByRole('button', { name: 'Open in an emergency' }).isDisabled()).toBe(true);
    await nurse.getByText('14 more').waitFor();
    await nurse.getByLabel('Why you need it now').fill(reason);
  }

  it('let a nurse open a locked collection with a reason and the second factor', async () => {
    expect(await ask(nurse, question)).not.toContain('sodium chloride');
    await openInEmergency();
    await inspect('emergency', nurse);
    await letFactorGoStale(nurse, '**/api/emergency-access');
    await nurse.getByRole('button', { name: 'Open in an emergency' }).focus();
    await nurse.keyboard.press('Enter');
    await nurse.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await nurse.getByRole('button', { name: 'Use your passkey' }).click();
    await banner().getByText(locked).waitFor();
    await banner().getByText('60 minutes left').waitFor();
    await inspect('emergency-open', nurse);
  });

  it('answer from it, also after a reload, under a banner on every page', async () => {
    expect(await ask(nurse, question)).toContain('sodium chloride');
    await inspect('emergency-answer', nurse);
    await nurse.reload();
    await banner().getByText(locked).waitFor();
    expect(await ask(nurse, question)).toContain('sodium chloride');
    await nurse.getByRole('link', { name: 'Documents' }).click();
    await nurse.locator('.document', { hasText: 'zephyrol' }).waitFor();
    await banner().waitFor();
  });

  it('take it back at once when the nurse ends it', async () => {
    await banner().getByRole('button', { name: 'End now' }).click();
    await banner().waitFor({ state: 'detached' });
    await nurse.locator('.document', { hasText: 'zephyrol' }).waitFor({ state: 'detached' });
    expect(await ask(nurse, question)).not.toContain('sodium chloride');
  });

  it('let a privacy officer end an open one, and the banner of the nurse goes by itself', async () => {
    await openInEmergency();
    await nurse.getByRole('button', { name: 'Open in an emergency' }).click();
    await banner().waitFor();
    expect(await ask(nurse, question)).toContain('sodium chloride');
    await officer.reload();
    await officer.getByRole('link', { name: 'Reviews 2 waiting' }).click();
    await officer.getByRole('heading', { name: `Nora Nurse opened ${locked}` }).first().waitFor();
    await officer.getByText('For patient MRN 4711').first().waitFor();
    await inspect('review', officer);
    await officer.getByRole('button', { name: 'End it now' }).click();
    await officer.getByText('open now').waitFor({ state: 'detached' });
    await banner().waitFor({ state: 'detached' });
    expect(await ask(nurse, question)).not.toContain('sodium chloride');
  });

  it('keep the judgement of the officer', async () => {
    for (const [verdict, waiting] of [['Justified', '1 waiting'], ['Not justified', '']] as const) {
      const row = officer.locator('.reviews > li', { hasText: 'waits for review' }).first();
      await row.getByLabel(verdict, { exact: true }).check();
      await row.getByLabel('Note').fill('Confirmed with the ward.');
      await row.getByRole('button', { name: 'Save the review' }).click();
      await officer.getByRole('link', { name: `Reviews ${waiting}`.trim(), exact: true }).waitFor();
    }
    await officer.getByText(/^Justified, says Olga Officer/).waitFor();
    await inspect('reviewed', officer);
  });

  it('show the officer what was done in an emergency', async () => {
    await officer.getByRole('link', { name: 'What was done meanwhile' }).first().click();
    await officer.locator('.record.break-glass').first().waitFor();
    await officer.getByLabel('Action').fill('kb.search');
    await officer.getByRole('button', { name: 'Find' }).click();
    await officer.waitForURL(/action=kb\.search/);
    const record = officer.locator('.record', { hasText: 'kb.search' }).first();
    await officer.locator('.record', { hasText: 'auth.open-emergency' }).waitFor({ state: 'detached' });
    await record.getByText('emergency', { exact: true }).waitFor();
    await record.locator('summary').focus();
    await officer.keyboard.press('Enter');
    await record.getByText('Second factor').waitFor();
    await inspect('audit-record', officer, record);
  });

  it('find records by person and time, page by page', async () => {
    await officer.getByRole('button', { name: 'Show all' }).click();
    await officer.waitForURL(/\/audit\??$/);
    await officer.getByRole('button', { name: 'Older' }).click();
    await officer.getByText(/^Page 2 of/).waitFor();
    await officer.getByLabel('Who').fill('somebody unknown');
    await officer.getByRole('button', { name: 'Find' }).click();
    await officer.getByText('Nobody here is called').waitFor();
    await officer.getByLabel('Who').fill('Ada Administrator');
    await officer.getByRole('button', { name: 'Find' }).click();
    await officer.waitForURL(/actorUserId=/);
    await officer.locator('.record', { hasText: 'Nora Nurse' }).first().waitFor({ state: 'detached' });
    expect(await officer.locator('.record', { hasText: 'Ada Administrator' }).count()).toBeGreaterThan(0);
  });

  it('verify the ledger, hold it, and export what was found', async () => {
    await officer.getByRole('button', { name: 'Verify the ledger' }).click();
    await officer.getByText('Intact: nothing was changed').waitFor();
    await officer.getByRole('button', { name: 'Set a legal hold' }).click();
    await officer.getByLabel('Why nothing may be removed').fill('Inquiry of the supervisory authority');
    await officer.getByRole('button', { name: 'Set a legal hold' }).click();
    await officer.getByText('“Inquiry of the supervisory authority”').waitFor();
    await inspect('audit', officer, officer.getByRole('heading', { name: 'Audit' }));
    await letFactorGoStale(officer, '**/api/admin/audit/export*');
    const [download] = await Promise.all([
      officer.waitForEvent('download'),
      officer.getByRole('button', { name: 'NDJSON' }).click().then(() => officer.getByRole('button', { name: 'Use your passkey' }).click()),
    ]);
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\n').map((line) => AuditRecord.parse(JSON.parse(line)));
    expect(lines.length).toBeGreaterThan(0);
    const [bundle] = await Promise.all([officer.waitForEvent('download'), officer.getByRole('button', { name: 'FHIR R4' }).click()]);
    expect(bundle.suggestedFilename()).toMatch(/^audit-.*\.fhir-r4\.json$/);
    expect(JSON.parse(readFileSync(await bundle.path(), 'utf8'))).toMatchObject({ resourceType: 'Bundle' });
    await officer.getByRole('button', { name: 'Lift the legal hold' }).click();
    await officer.getByLabel('Why records may be removed again').fill('Inquiry closed');
    await officer.getByRole('button', { name: 'Lift the legal hold' }).click();
    await officer.getByRole('button', { name: 'Set a legal hold' }).waitFor();
  });

  it('create, grant and delete collections', async () => {
    await administrator.getByRole('link', { name: 'Collections' }).click();
    await administrator.getByLabel('Name').fill('Ward seven');
    await administrator.getByLabel('What it holds').fill('House rules of the ward');
    await administrator.getByRole('button', { name: 'Create' }).click();
    await administrator.getByRole('button', { name: 'Change access to Ward seven' }).click();
    const editor = administrator.getByRole('form', { name: 'Access to Ward seven' });
    await editor.getByLabel('Viewer').uncheck();
    await editor.getByLabel('Add somebody').fill('nor');
    await editor.getByRole('button', { name: /Nora Nurse/ }).waitFor();
    await inspect('collections', administrator, editor);
    await administrator.keyboard.press('Enter');
    await editor.getByRole('button', { name: 'Remove Nora Nurse' }).waitFor();
    await editor.getByRole('button', { name: 'Save access' }).click();
    await editor.getByText('Saved. The next search already obeys.').waitFor();
    const { items } = await boss.client.request(kb.listCollections, { pageSize: 100 });
    const saved = items.find(({ name }) => name === 'Ward seven');
    expect(saved?.grants.userIds).toHaveLength(1);
    expect(saved?.grants.roles).not.toContain('viewer');
    await inspect('collection', administrator);
    administrator.once('dialog', (dialog) => void dialog.accept());
    await letFactorGoStale(administrator, '**/api/admin/kb/collections/*');
    await editor.getByRole('button', { name: 'Delete the collection' }).click();
    await administrator.getByRole('button', { name: 'Use your passkey' }).click();
    await administrator.getByText('Ward seven').waitFor({ state: 'detached' });
  });

  it('had nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
