import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, auth, HttpClient } from '@voiceassist/contracts';
import { freePort } from '@voiceassist/kit';
import { BenchedProduct, root } from '../../bench/product.js';
import { Door } from '../../smoke/door.js';
import { runChecks } from '../../smoke/run-checks.js';
import { makeColleague } from '../../smoke/testing/colleague.js';
import { openTestAuthority, type TestAuthority } from './test-authority.js';

const site = 'assistant.hospital.test';
const account = { kind: 'password' as const, email: 'edge@hospital.example', password: 'a long password for the edge tests' };
const caddyfile = join(root, 'infra', 'edge', 'Caddyfile');
const startDeadlineMs = 60_000;

const missing = ['caddy', 'pebble'].find((program) => spawnSync('which', [program]).status !== 0);
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`${missing} is not installed, and in CI nothing may be skipped`);
if (missing !== undefined) process.stdout.write(`SKIPPED edge ${missing} is not installed\n`);

/** Caddy as the installation runs it, on free ports and with the test authority. */
class Edge {
  log = '';
  private child?: ChildProcess;

  constructor(private readonly environment: Record<string, string>) {}

  async start(): Promise<void> {
    const child = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', caddyfile], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...this.environment } });
    this.child = child;
    child.stderr.on('data', (data: Buffer) => (this.log += data.toString()));
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}

(missing === undefined ? describe : describe.skip)('the edge', () => {
  let folder: string;
  let product: BenchedProduct;
  let authority: TestAuthority;
  let edge: Edge;
  let door: Door;
  let plainUrl: string;
  let productStopped = false;

  async function certificateOf(not?: string): Promise<string> {
    const deadline = Date.now() + startDeadlineMs;
    for (;;) {
      const shaken = await door.handshake().catch(() => null);
      if (shaken && shaken.distrust === null && shaken.certificate.serialNumber !== not) return shaken.certificate.serialNumber;
      if (Date.now() > deadline) throw new Error(`no trusted certificate (${shaken?.distrust}):\n${edge.log.slice(-3_000)}`);
      await sleep(100);
    }
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edge-'));
    const [httpPort, httpsPort] = [await freePort(), await freePort()];
    [authority, product] = await Promise.all([
      openTestAuthority({ folder, httpPort, tlsPort: httpsPort }),
      BenchedProduct.start('standalone', { TRUST_PROXY: '127.0.0.1', REALTIME_BEHIND_GATEWAY: 'false', GATEWAY_CREDENTIALS_PER_MINUTE: '60' }),
    ]);
    mkdirSync(join(folder, 'caddy'));
    edge = new Edge({
      DOMAIN: site, CADDY_ADMIN: 'off', ACME_EMAIL: 'operations@hospital.example', ACME_CA: authority.directory, SSL_CERT_FILE: authority.directoryCa, GATEWAY: new URL(product.url).host,
      HTTP_PORT: String(httpPort), HTTPS_PORT: String(httpsPort), XDG_DATA_HOME: join(folder, 'caddy'), XDG_CONFIG_HOME: join(folder, 'caddy'), HOME: folder,
    });
    door = new Door({ baseUrl: `https://${site}:${httpsPort}`, caFile: authority.rootFile, connectTo: '127.0.0.1' });
    plainUrl = `http://${site}:${httpPort}`;
    await edge.start();
    await makeColleague(product, account);
  }, 300_000);
  afterAll(async () => {
    await edge?.stop();
    await authority?.close();
    if (!productStopped) await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is configured without fault, and formatted', () => {
    const environment = { ...process.env, DOMAIN: site, ACME_EMAIL: 'operations@hospital.example', HOME: folder };
    execFileSync('caddy', ['validate', '--adapter', 'caddyfile', '--config', caddyfile], { env: environment, stdio: 'pipe' });
    expect(spawnSync('caddy', ['fmt', caddyfile], { env: environment }).status).toBe(0);
    const adapted = JSON.parse(execFileSync('caddy', ['adapt', '--adapter', 'caddyfile', '--config', caddyfile], { env: environment, encoding: 'utf8', stdio: 'pipe' })) as { admin: { listen: string } };
    expect(adapted.admin.listen).toBe('localhost:2019');
    expect(JSON.stringify(adapted)).not.toContain('on_demand');
    expect(JSON.stringify(adapted)).toContain('https://acme-v02.api.letsencrypt.org/directory');
  });

  it('gets its certificate from the authority and passes every check of the running product', async () => {
    await certificateOf();
    const outcomes = await runChecks({ door, account, plainUrl, certificateDays: 10 });
    expect(outcomes.filter(({ outcome }) => outcome !== 'passed').map(({ name, detail }) => `${name}: ${detail}`)).toEqual(['audit-state: this account may not see the audit']);
  }, 120_000);

  it('speaks TLS 1.2 and 1.3, and nothing older', () => {
    const speaks = (version: string) => {
      const { status } = spawnSync('openssl', ['s_client', `-${version}`, '-cipher', 'DEFAULT@SECLEVEL=0', '-connect', `127.0.0.1:${door.base.port}`, '-servername', site], { input: '', timeout: 20_000 });
      return status === 0;
    };
    expect(['tls1', 'tls1_1', 'tls1_2', 'tls1_3'].filter(speaks)).toEqual(['tls1_2', 'tls1_3']);
  });

  it('tells the product the real address of the client, whatever the client claims', async () => {
    const forged = { 'x-forwarded-for': '203.0.113.66', forwarded: 'for=203.0.113.66', 'x-forwarded-host': 'forged.example' };
    const client = new HttpClient({ baseUrl: door.origin, fetch: ((url: string, init: RequestInit) => door.fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...forged } })) as typeof fetch });
    const tokens = await client.request(auth.login, { email: account.email, password: account.password });
    if (tokens.kind !== 'signed-in') throw new Error('a second factor is asked for');
    const { items } = await (await product.signIn()).client.request(admin.searchAudit, { action: 'auth.login', pageSize: 50 });
    expect([...new Set(items.map(({ clientNetwork }) => clientNetwork))]).toEqual(['127.0.0.0/24']);
  });

  it('refuses what is too large', async () => {
    const told = await door.ask(auth.login.http.path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'x'.repeat(53 * 1_000_000) }) }).catch((error: Error) => error.message);
    // who is still sending when the answer comes sees the connection end instead
    expect(String(typeof told === 'string' ? told : told.status)).toMatch(/^413$|ECONNRESET|EPIPE/);
  }, 60_000);

  it('writes no query, no header, no whole address and nobody\'s name into its log', async () => {
    await door.ask('/documents?search=Zephyrol-4711', { headers: { cookie: 'session=secret-cookie', authorization: 'Bearer secret-token' } });
    await sleep(300);
    const lines = edge.log.trim().split('\n').map((line) => JSON.parse(line) as { request?: { uri: string; remote_ip: string; headers?: unknown } });
    const requests = lines.flatMap(({ request }) => (request ? [request] : []));
    expect(requests.some(({ uri }) => uri === '/documents')).toBe(true);
    expect([...new Set(requests.map(({ remote_ip }) => remote_ip))]).toEqual(['127.0.0.0']);
    for (const secret of ['Zephyrol', 'secret-cookie', 'secret-token', 'search=', account.email]) expect(edge.log).not.toContain(secret);
  });

  it('gets a new certificate when the old one is taken away, and serves it', async () => {
    const before = await certificateOf();
    await edge.stop();
    rmSync(join(folder, 'caddy', 'caddy', 'certificates'), { recursive: true, force: true });
    await edge.start();
    expect(await certificateOf(before)).not.toBe(before);
  }, 90_000);

  it('answers in the envelope, with its headers, while the product is away', async () => {
    await product.stop();
    productStopped = true;
    // the edge looks for the product for five seconds with every question
    const outcomes = await runChecks({ door, plainUrl, certificateDays: 10 }, { only: ['ready', 'error-headers'] });
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
    expect(failed).toContain('ready');
    expect(failed).not.toContain('error-headers');
    const told = await door.ask('/api/auth/me');
    expect([told.status, JSON.parse(told.text)]).toEqual([502, expect.objectContaining({ success: false, error: expect.objectContaining({ code: 'UNAVAILABLE' }) as unknown })]);
  }, 240_000);
});
