import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, HttpClient, kb } from '@voiceassist/contracts';
import { Secret, TOTP } from 'otpauth';
import { BenchedProduct } from '../bench/product.js';
import type { Account } from './account.js';
import { availability } from './checks/availability.js';
import { page } from './checks/page.js';
import { refusals } from './checks/refusals.js';
import { Door } from './door.js';
import { checks, runChecks, type Outcome } from './run-checks.js';
import { BreakingProxy } from './testing/breaking-proxy.js';
import { makeColleague } from './testing/colleague.js';
import { faults } from './testing/faults.js';

const account = { kind: 'password' as const, email: 'smoke@hospital.example', password: 'a long password for the smoke tests' };
const askedByStrangers = new Set([...availability, ...page, ...refusals].map(({ name }) => name));
const overTls = ['tls-certificate', 'tls-version', 'https-redirect'];

/** Clinicians may not see the audit. */
const beyondClinicians = ['audit-state'];

let folder: string;
/** May see the audit, and nothing else. */
let officer: Account;
let product: BenchedProduct;
let proxy: BreakingProxy;

/** A new product reads its own guideline first; before that there is nothing to ask about. */
async function untilReady(client: HttpClient): Promise<void> {
  while (!(await client.request(kb.listDocuments, {})).items.some(({ stage }) => stage === 'ready')) await sleep(200);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smoke-'));
  product = await BenchedProduct.start('standalone', { GATEWAY_CREDENTIALS_PER_MINUTE: '140' });
  await untilReady(await makeColleague(product, account));
  const { client } = await product.signIn();
  officer = { kind: 'api-key', key: (await client.request(auth.createApiKey, { name: 'smoke', permissions: ['audit.read'] })).key };
  proxy = await BreakingProxy.open(product.url);
}, 270_000);
afterAll(async () => {
  await proxy?.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const named = (outcomes: readonly Outcome[], wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
const failures = (outcomes: readonly Outcome[]) => outcomes.filter(({ outcome }) => outcome === 'failed').map(({ name, detail }) => `${name}: ${detail}`);
const look = (baseUrl: string, more: { account?: Account; caFile?: string; plainUrl?: string } = { account }) =>
  runChecks({ door: new Door({ baseUrl, caFile: more.caFile }), account: more.account, plainUrl: more.plainUrl, certificateDays: 10 });

describe('the started product', () => {
  it('passes everything that can be asked over plain HTTP, straight and through the proxy', async () => {
    for (const url of [product.url, proxy.url]) {
      const outcomes = await look(url);
      expect(failures(outcomes)).toEqual([]);
      expect(named(outcomes, 'skipped')).toEqual([...overTls, ...beyondClinicians]);
      expect(outcomes.length).toBeGreaterThanOrEqual(28);
    }
  }, 90_000);

  it('passes what a stranger may ask', async () => {
    const outcomes = await look(product.url, {});
    expect(failures(outcomes)).toEqual([]);
    expect(named(outcomes, 'passed').length).toBeGreaterThanOrEqual(16);
    expect(named(outcomes, 'skipped')).toContain('ask-socket');
  });
});

describe('each check fails', () => {
  it('is known for every one of them', () => {
    expect([...new Set([...faults.map(([check]) => check), ...overTls])].sort()).toEqual(checks.map(({ name }) => name).sort());
  });

  it.each(faults)('%s, and nothing else, when %s', async (check, _what, fault) => {
    proxy.break(fault);
    // what a stranger may ask is asked by a stranger: nobody has to sign in and wait for answers each time
    const known = beyondClinicians.includes(check) ? officer : account;
    const outcomes = await look(proxy.url, { account: askedByStrangers.has(check) ? undefined : known });
    expect([named(outcomes, 'failed'), failures(outcomes)]).toEqual([[check], [expect.stringMatching(/.{10}/)]]);
  }, 60_000);
});

describe('over TLS', () => {
  const servers: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  function certificate(days: number): { caFile: string; cert: Buffer; key: Buffer } {
    const [caFile, keyFile] = [join(folder, `${days}.pem`), join(folder, `${days}.key`)];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', String(days), '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', caFile], { stdio: 'ignore' });
    return { caFile, cert: readFileSync(caFile), key: readFileSync(keyFile) };
  }

  /** Answers plain HTTP: with the way to HTTPS, or as if that were all there is. */
  async function plain(target?: string): Promise<string> {
    const server: Server = createServer((request, response) => void response.writeHead(target ? 308 : 200, target ? { location: `${target}${request.url}` } : {}).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function secure(days: number, more: object = {}): Promise<{ url: string; caFile: string }> {
    const { caFile, cert, key } = certificate(days);
    const server = await BreakingProxy.open(product.url, { cert, key, ...more });
    servers.push(server);
    return { url: server.url, caFile };
  }

  it('passes all of them', async () => {
    const { url, caFile } = await secure(90);
    const outcomes = await look(url, { account, caFile, plainUrl: await plain(url) });
    expect(failures(outcomes)).toEqual([]);
    expect(named(outcomes, 'skipped')).toEqual(beyondClinicians);
  });

  it('fails for a certificate that ends soon', async () => {
    const { url, caFile } = await secure(3);
    expect(named(await look(url, { caFile, plainUrl: await plain(url) }), 'failed')).toEqual(['tls-certificate']);
  });

  it('fails for a certificate that nobody vouches for, and sends no password there', async () => {
    const { url } = await secure(90);
    const outcomes = await look(url, { account, plainUrl: await plain(url) });
    expect(named(outcomes, 'failed')).toEqual(['tls-certificate']);
    expect(named(outcomes, 'skipped')).toHaveLength(checks.length - 1);
  });

  it('fails for old versions of TLS', async () => {
    const { url, caFile } = await secure(90, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(failures(await look(url, { caFile, plainUrl: await plain(url) }))).toEqual(['tls-version: TLSv1.1 is accepted']);
  });

  it('fails where plain HTTP leads nowhere', async () => {
    const { url, caFile } = await secure(90);
    expect(named(await look(url, { caFile, plainUrl: await plain() }), 'failed')).toEqual(['https-redirect']);
  });
});

describe('the command', () => {
  const main = join(import.meta.dirname, '..', '..', 'dist', 'smoke', 'main.js');
  const command = (words: readonly string[]): { status: number; text: string } => {
    try {
      return { status: 0, text: execFileSync(process.execPath, [main, ...words], { encoding: 'utf8', stdio: 'pipe', timeout: 60_000 }) };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }; // what execFileSync throws
      return { status, text: stdout + stderr };
    }
  };

  it('answers 0, 1 or 2, as a table and as JSON', () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${account.password}\n`);
    const good = command(['--url', product.url, '--email', account.email, '--password-file', passwordFile, '--json']);
    expect([good.status, (JSON.parse(good.text) as { failed: number; passed: number }).failed]).toEqual([0, 0]);
    const gone = command(['--url', 'http://127.0.0.1:1']);
    expect([gone.status, gone.text]).toEqual([1, expect.stringMatching(/FAILED +health .*ECONNREFUSED[\s\S]*0 passed, 1 failed/)]);
    expect(command(['--url', 'nowhere']).status).toBe(2);
    expect(command(['--url', product.url, '--email', account.email]).status).toBe(2);
  });
});

describe('an account with an authenticator app', () => {
  it('signs in unattended with the seed', async () => {
    const stranger = new HttpClient({ baseUrl: product.url });
    const tokens = await stranger.request(auth.login, { email: account.email, password: account.password });
    if (tokens.kind !== 'signed-in') throw new Error('there is a factor already');
    const client = new HttpClient({ baseUrl: product.url, accessToken: () => tokens.accessToken });
    const { factorId, secret } = await client.request(auth.beginTotp, {});
    // the code of the step before, so that the one of now is not used up
    await client.request(auth.confirmTotp, { factorId, code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() - 30_000 }) });
    expect(failures(await look(product.url))).toEqual(['sign-in: the account asks for a second factor, and no seed of one was given']);
    expect(failures(await look(product.url, { account: { ...account, totpSeed: secret } as Account }))).toEqual([]);
  }, 90_000);
});
