import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, HttpClient, kb, rag } from '@voiceassist/contracts';
import { freePort } from '@voiceassist/kit';
import { Secret, TOTP } from 'otpauth';
import { root } from '../bench/product.js';
import { Door } from '../smoke/door.js';
import { parseSettings } from './installation.js';

const main = join(root, 'tools', 'dist', 'deploy', 'main.js');
const administrator = { email: 'deploy@hospital.example' };
const passphrase = 'a passphrase for the recovery kit';
const commandMs = 900_000;

let folder: string;
let site: string;
let url: string;

interface Told {
  readonly status: number;
  readonly text: string;
}

const wordsOf = (command: string, installation: string, more: readonly string[]) => [main, command, '--runtime', 'local', '--folder', installation, '--url', url, ...more];

/** The command as an operator types it. */
function command(name: string, more: readonly string[] = [], installation = site): Told {
  const { status, stdout, stderr } = spawnSync(process.execPath, wordsOf(name, installation, more), { encoding: 'utf8', timeout: commandMs });
  return { status: status ?? -1, text: stdout + stderr };
}

function installed(name: string, port: string): string {
  const installation = join(folder, name);
  for (const version of ['1.0.0', '1.1.0', '1.2.0-broken']) addRelease(installation, version);
  // a release that lets any page read answers: it starts, and must not stay
  writeFileSync(join(installation, 'releases', '1.2.0-broken', 'release.env'), 'GATEWAY_ALLOWED_ORIGINS=https://foreign-page.example\n');
  writeFileSync(join(installation, 'voiceassist.env'), `PORT=${port}\nADMIN_EMAIL=${administrator.email}\nSMOKE_EMAIL=${administrator.email}\nLOG_LEVEL=warn\n`, { mode: 0o600 });
  return installation;
}

function addRelease(installation: string, version: string): void {
  const release = join(installation, 'releases', version);
  mkdirSync(release, { recursive: true });
  symlinkSync(root, join(release, 'workspace'));
}

/** A connection for each request: those kept alive die while a command blocks this process. */
const clientWith = (accessToken: string | null) => new HttpClient({ baseUrl: url, fetch: new Door({ baseUrl: url }).fetch, accessToken: () => accessToken });

/** Come with the factor that the first sign-in sets up; each serves once. */
const recoveryCodes: string[] = [];
let totpSeed = '';

async function signIn(installation = site): Promise<HttpClient> {
  const password = readFileSync(join(installation, 'secrets', 'admin_password'), 'utf8').trim();
  const stranger = clientWith(null);
  const answer = await stranger.request(auth.login, { email: administrator.email, password });
  if (answer.kind === 'factor-required') {
    const { accessToken } = await stranger.request(auth.verifyFactor, { challenge: answer.challenge, method: 'recovery-code', code: recoveryCodes.pop() ?? '' });
    return clientWith(accessToken);
  }
  const first = clientWith(answer.accessToken);
  const { factorId, secret } = await first.request(auth.beginTotp, {});
  const { access, recoveryCodes: made } = await first.request(auth.confirmTotp, { factorId, code: TOTP.generate({ secret: Secret.fromBase32(secret) }) });
  totpSeed = secret;
  recoveryCodes.splice(0, recoveryCodes.length, ...(made ?? []));
  return clientWith(access.accessToken);
}

const secretsOf = (installation: string) => Object.fromEntries(['admin_password', 'encryption.keys', 'backup.keys'].map((name) => [name, readFileSync(join(installation, 'secrets', name), 'utf8')]));
const releases = () => JSON.parse(readFileSync(join(site, 'releases.json'), 'utf8')) as { current: string; pending?: object; history: { version: string; outcome: string }[] };
const archives = () => readdirSync(join(site, 'backups')).sort().map((name) => join(site, 'backups', name));

async function titles(client: HttpClient): Promise<string[]> {
  return (await client.request(kb.listDocuments, { pageSize: 100 })).items.map(({ title }) => title).sort();
}

async function upload(client: HttpClient, name: string): Promise<void> {
  const { documentId } = await client.upload(kb.uploadDocument, new File([`The ${name} protocol says that the ${name} pump is checked every nine minutes by two people.\n`], `${name}.txt`, { type: 'text/plain' }));
  const deadline = Date.now() + 90_000;
  while ((await client.request(kb.readDocument, { documentId })).stage !== 'ready') {
    if (Date.now() > deadline) throw new Error('the document does not become ready');
    await sleep(200);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  chmodSync(folder, 0o711); // PostgreSQL does not run as root and must reach its data
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  site = installed('site', port);
});
afterAll(() => {
  for (const installation of ['site', 'elsewhere']) {
    const file = join(folder, installation, 'product.pid');
    if (existsSync(file)) spawnSync('kill', ['-TERM', readFileSync(file, 'utf8').split(' ')[0] ?? '']);
  }
  spawnSync('sleep', ['5']);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('one installation', () => {
  it('comes from nothing to running, with secrets that only their owner reads', async () => {
    const told = command('deploy', ['--version', '1.0.0']);
    expect([told.status, told.text]).toEqual([0, expect.stringMatching(/\[ 5\/7\] smoke tests: done/)]);
    expect(readdirSync(join(site, 'secrets')).map((name) => [name, statSync(join(site, 'secrets', name)).mode & 0o777])).toEqual([['admin_password', 0o600], ['backup.keys', 0o600], ['encryption.keys', 0o600]]);
    expect(releases()).toMatchObject({ current: '1.0.0', history: [{ version: '1.0.0', outcome: 'deployed' }] });
    await signIn();
    copyFileSync(join(site, 'secrets', 'admin_password'), join(site, 'secrets', 'smoke_password'));
    writeFileSync(join(site, 'secrets', 'smoke_totp_seed'), totpSeed, { mode: 0o600 });
  }, commandMs);

  it('is in the same state after the same command, and its secrets are the same', () => {
    const before = secretsOf(site);
    const told = command('deploy', ['--version', '1.0.0']);
    expect([told.status, told.text]).toEqual([0, expect.stringContaining('all there, none touched')]);
    expect(secretsOf(site)).toEqual(before);
    expect(told.text).toMatch(/ok +ask-socket/);
  }, commandMs);

  it('tells how it is', () => {
    const told = command('health', ['--json']);
    const lines = JSON.parse(told.text) as { what: string; good: boolean }[];
    expect(lines.filter(({ good }) => !good).map(({ what }) => what).filter((what) => what !== 'disk')).toEqual(['backup']);
    expect(lines.map(({ what }) => what)).toEqual(expect.arrayContaining(['gateway', 'kb-indexer', 'release', 'disk']));
    expect(told.status).toBe(1);
  }, 60_000);

  it('is backed up while it runs, and the backup holds every row and an unbroken audit', async () => {
    const client = await signIn();
    await upload(client, 'zephyrol');
    for await (const _part of client.stream(rag.streamAnswer, { clientMessageId: crypto.randomUUID(), content: 'How often is the zephyrol pump checked?' })) continue;
    const told = command('backup', ['--verify']);
    expect([told.status, told.text]).toEqual([0, expect.stringMatching(/verified: \d{2,} tables with the same rows, \d+ entries of the audit/)]);
    const metrics = readFileSync(join(site, 'metrics', 'voiceassist.prom'), 'utf8');
    for (const name of ['backup_last_success_timestamp_seconds', 'backup_size_bytes', 'backup_duration_seconds', 'restore_drill_last_success_timestamp_seconds']) expect(metrics).toMatch(new RegExp(`^voiceassist_${name} (?!0$)[\\d.]+$`, 'm'));
    const archive = readFileSync(archives()[0] ?? '').toString('latin1');
    for (const word of ['zephyrol', 'PGDMP', 'hospital.example']) expect(archive).not.toContain(word);
    expect(existsSync(join(site, 'backup.staging'))).toBe(false);
  }, commandMs);

  it('goes back to the old release and its data when the new one does not pass', async () => {
    const before = await titles(await signIn());
    const told = command('upgrade', ['--version', '1.2.0-broken']);
    expect([told.status, told.text]).toEqual([1, expect.stringMatching(/FAILED +foreign-origin[\s\S]*rolling back to 1\.0\.0[\s\S]*1\.0\.0 runs again/)]);
    expect(releases()).toMatchObject({ current: '1.0.0' });
    expect(releases().pending).toBeUndefined();
    expect(releases().history.at(-1)).toMatchObject({ version: '1.0.0', outcome: 'rolled back' });
    expect(await titles(await signIn())).toEqual(before);
    expect(parseSettings(readFileSync(join(site, 'voiceassist.env'), 'utf8'))['GATEWAY_ALLOWED_ORIGINS']).toBeUndefined();
  }, commandMs);

  it('comes to the new release even when the upgrade was killed in the middle', async () => {
    const child = spawn(process.execPath, wordsOf('upgrade', site, ['--version', '1.1.0']), { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    await new Promise<void>((resolve) => child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (!output.includes('start release 1.1.0 …')) return;
      child.once('exit', () => resolve());
      setTimeout(() => child.kill('SIGKILL'), 1_500);
    }));
    expect(releases().pending).toMatchObject({ version: '1.1.0', from: '1.0.0' });
    const told = command('upgrade', ['--version', '1.1.0']);
    expect([told.status, told.text]).toEqual([0, expect.stringMatching(/smoke tests: done/)]);
    expect(releases()).toMatchObject({ current: '1.1.0' });
    expect((await titles(await signIn())).some((title) => title.includes('zephyrol'))).toBe(true);
  }, commandMs);
});

describe('a restore', () => {
  let archive: string;
  const kitFile = () => join(folder, 'kit.json');
  const passphraseFile = (text = passphrase) => {
    const file = join(folder, 'passphrase');
    writeFileSync(file, text);
    return file;
  };
  const restoring = (file: string) => ['--archive', file, '--kit', kitFile(), '--passphrase-file', passphraseFile()];

  beforeAll(() => {
    expect(command('kit', ['--out', kitFile(), '--passphrase-file', passphraseFile()]).status).toBe(0);
    expect(command('backup').status).toBe(0);
    archive = join(folder, 'kept.backup');
    copyFileSync(archives().at(-1) ?? '', archive);
  }, commandMs);

  it('never overwrites an installation', () => {
    expect(command('restore', restoring(archive))).toMatchObject({ status: 1, text: expect.stringContaining('is not empty') as unknown });
  }, 60_000);

  it('refuses a damaged archive, a wrong passphrase and keys of another installation, each by name', () => {
    const attempt = (name: string, more: readonly string[]) => command('restore', more, installed(name, '0')).text;
    const bytes = readFileSync(archive);
    const middle = Math.floor(bytes.length / 2);
    const damaged = join(folder, 'damaged.backup');
    writeFileSync(damaged, Buffer.concat([bytes.subarray(0, middle), Buffer.from([(bytes[middle] ?? 0) ^ 1]), bytes.subarray(middle + 1)]));
    expect(attempt('a', restoring(damaged))).toContain('damaged, was altered or is cut off');
    writeFileSync(damaged, bytes.subarray(0, -1_000));
    expect(attempt('b', restoring(damaged))).toMatch(/damaged, was altered or is cut off/);
    writeFileSync(damaged, 'nothing of ours');
    expect(attempt('c', restoring(damaged))).toContain('is no backup');
    const otherPassphrase = [...restoring(archive).slice(0, 5), passphraseFile('another passphrase altogether')];
    expect(attempt('d', otherPassphrase)).toContain('the passphrase is another one');
    const stranger = installed('stranger', '0');
    expect(command('kit', ['--out', join(folder, 'no-kit.json'), '--passphrase-file', passphraseFile()], stranger).status).toBe(1);
    mkdirSync(join(stranger, 'secrets'), { recursive: true });
    for (const name of ['encryption.keys', 'backup.keys']) writeFileSync(join(stranger, 'secrets', name), `other-key:${Buffer.alloc(32, 7).toString('base64')}\n`);
    expect(command('kit', ['--out', join(folder, 'strange-kit.json'), '--passphrase-file', passphraseFile()], stranger).status).toBe(0);
    expect(attempt('e', ['--archive', archive, '--kit', join(folder, 'strange-kit.json'), '--passphrase-file', passphraseFile()])).toContain('which is not among the given ones: other-key');
  }, commandMs);

  it('brings everything back into an empty folder, from archive and kit alone', async () => {
    const before = await titles(await signIn());
    const conversations = (await (await signIn()).request(rag.listConversations, {})).items.length;
    execFileSync('kill', ['-TERM', readFileSync(join(site, 'product.pid'), 'utf8').split(' ')[0] ?? '']);
    while (await fetch(`${url}/health`).then(() => true, () => false)) await sleep(200);
    const password = secretsOf(site)['admin_password'] ?? '';
    rmSync(join(site, 'data'), { recursive: true, force: true });
    const elsewhere = join(folder, 'elsewhere');
    for (const version of ['1.0.0', '1.1.0']) addRelease(elsewhere, version);
    mkdirSync(join(elsewhere, 'secrets'), { recursive: true });
    writeFileSync(join(elsewhere, 'secrets', 'smoke_password'), password);
    writeFileSync(join(elsewhere, 'secrets', 'smoke_totp_seed'), totpSeed);
    const begun = performance.now();
    const told = command('restore', restoring(archive), elsewhere);
    process.stdout.write(`restore took ${((performance.now() - begun) / 1000).toFixed(1)} s, archive of ${(statSync(archive).size / 1_048_576).toFixed(1)} MB\n`);
    expect([told.status, told.text]).toEqual([0, expect.stringMatching(/ok +ask-http[\s\S]*ok +audit-state[\s\S]*restored in [\d.]+ s/)]);
    writeFileSync(join(elsewhere, 'secrets', 'admin_password'), password);
    const client = await signIn(elsewhere);
    expect(await titles(client)).toEqual(before);
    expect((await client.request(rag.listConversations, {})).items.length).toBeGreaterThanOrEqual(conversations);
    const found = await client.request(kb.searchPassages, { query: 'How often is the zephyrol pump checked?' });
    expect(found.passages[0]?.text).toContain('every nine minutes');
    expect(found.passages[0]?.denseScore).not.toBeNull();
  }, commandMs);
});
