import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../bench/product.js';
import { serviceNames } from '../../distributed/environment.js';
import { Installation } from '../installation.js';
import { run } from '../programs.js';
import { DockerDouble } from '../testing/docker-double.js';
import { ComposeRuntime } from './compose.runtime.js';

const hasFiles = existsSync(join(root, 'docker', 'compose.prod.yml'));
const hasCompose = spawnSync('docker-compose', ['version'], { stdio: 'ignore' }).status === 0 || spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
if (!hasFiles || !hasCompose) process.stdout.write(`SKIPPED compose ${hasFiles ? 'docker-compose is not installed' : 'docker/compose.prod.yml is not there'}\n`);
if (!hasCompose && process.env['CI'] === 'true') throw new Error('docker-compose is not installed, and in CI nothing may be skipped');

interface Composed {
  readonly services: Record<string, { image?: string; environment?: Record<string, string>; volumes?: (string | { source: string })[]; mem_limit?: string }>;
}

(hasFiles && hasCompose ? describe : describe.skip)('the runtime on compose', () => {
  let folder: string;
  let installation: Installation;
  let runtime: ComposeRuntime;

  async function prepare(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    installation.addSettings(settings);
    await runtime.prepareSecrets();
    await runtime.prepareSettings();
  }
  function composed(): Composed {
    const { program, words, environment } = runtime.compose(['config'], '1.2.3');
    const text = execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    return parse(text) as Composed; // the program's own, checked form
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compose-'));
    installation = new Installation(folder);
    installation.addSettings({ DOMAIN: 'assistant.hospital.example', ACME_EMAIL: 'it@hospital.example' });
    runtime = new ComposeRuntime({ installation, root, say: () => undefined });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives compose everything that its files ask for', async () => {
    await prepare({ OBSERVE: 'false' });
    const { services } = composed();
    expect(Object.keys(services)).toEqual(expect.arrayContaining([...serviceNames, 'edge', 'postgres', 'qdrant', 'secrets', 'databases']));
    for (const name of serviceNames) expect([name, services[name]?.image]).toEqual([name, `voiceassist/${name}:1.2.3`]);
    expect(services['edge']?.environment).toMatchObject({ DOMAIN: 'assistant.hospital.example', ACME_EMAIL: 'it@hospital.example' });
    expect(JSON.stringify(services['secrets']?.volumes)).toContain(installation.secretsFolder);
    expect(runtime.url).toBe('https://assistant.hospital.example');
    expect(services['prometheus']).toBeUndefined();
  }, 60_000);

  it('prepares the folders of the secrets', async () => {
    await prepare();
    for (const name of ['installation', 'postgres', ...serviceNames]) expect(statSync(installation.secretFile(name)).isDirectory()).toBe(true);
  });

  it('starts with the sources\' empty settings where an older deploy has made none', () => {
    installation.addSettings({ IMAGE_PREFIX: 'voiceassist/', OBSERVE: 'false' });
    expect(composed().services['auth']?.environment).toMatchObject({ PUBLIC_URL: 'https://assistant.hospital.example' });
  }, 60_000);

  it('hands settings of the services on, secrets as files', async () => {
    const providers = join(folder, 'providers.json');
    writeFileSync(providers, '[{"id":"hospital"}]');
    await prepare({
      LLM_URL: 'https://llm.example/v1', LLM_MODEL: 'some-model', LLM_API_KEY: 'sk-4711', SMTP_URL: 'smtp://user:p$ss\'"word@mail.hospital.example:587', OIDC_PROVIDERS_FILE: providers,
      SCIM_GROUP_ROLES: 'Ward doctors=clinician;Nurses=nurse', ORGANISATION_NAME: 'St. Mary\'s # 1', MAIL_FROM: 'Ward <ward@hospital.example>', AUTH_ISSUER: 'a$b',
    });
    const { services } = composed();
    expect(services['rag-orchestrator']?.environment).toMatchObject({ LLM_URL: 'https://llm.example/v1', LLM_MODEL: 'some-model', LLM_API_KEY_FILE: '/run/secrets/LLM_API_KEY' });
    expect(services['users']?.environment).toMatchObject({ SCIM_GROUP_ROLES: 'Ward doctors=clinician;Nurses=nurse' });
    expect(services['auth']?.environment).toMatchObject({
      SMTP_URL_FILE: '/run/secrets/SMTP_URL', OIDC_PROVIDERS_FILE: '/run/secrets/OIDC_PROVIDERS_FILE', ORGANISATION_NAME: 'St. Mary\'s # 1', MAIL_FROM: 'Ward <ward@hospital.example>', AUTH_ISSUER: 'a$$b',
    });
    expect(readFileSync(join(installation.secretFile('auth'), 'SMTP_URL'), 'utf8')).toBe('smtp://user:p$ss\'"word@mail.hospital.example:587');
    expect(readFileSync(join(installation.secretFile('auth'), 'OIDC_PROVIDERS_FILE'), 'utf8')).toBe('[{"id":"hospital"}]');
    expect(JSON.stringify(services)).not.toMatch(/sk-4711|p\$ss/);
  }, 60_000);

  it('refuses wrong settings with every fault, before anything is written', async () => {
    installation.addSettings({ OBSERVE: 'perhaps', IMAGES: 'fetch', LLM_APIKEY: 'x', EXTRA_COMPOSE_FILES: 'missing.yml' });
    await expect(runtime.prepareSettings()).rejects.toThrow(/missing\.yml is not there[\s\S]*OBSERVE: true or false[\s\S]*IMAGES: build or pull/);
    writeFileSync(join(folder, 'missing.yml'), 'services: {}\n');
    await expect(runtime.prepareSettings()).rejects.toThrow(/LLM_APIKEY: no service and no compose file knows it/);
    expect(existsSync(installation.settingsFolder)).toBe(false);
  });

  it('is observed, with the numbers of the backups and the address of the edge within reach', async () => {
    const extra = 'own.yml';
    writeFileSync(join(folder, extra), 'services:\n  gateway:\n    mem_limit: 3g\n');
    await prepare({ OBSERVE: 'true', EXTRA_COMPOSE_FILES: extra });
    const { services } = composed();
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['prometheus', 'grafana', 'node-exporter', 'loki']));
    expect(JSON.stringify(services['node-exporter']?.volumes)).toContain(`${join(folder, 'metrics')}:/textfile`);
    expect(JSON.stringify(services['grafana']?.volumes)).toContain(installation.secretFile('grafana'));
    expect(services['gateway']?.mem_limit).toBe('3g');
    const target = join(folder, 'targets', 'edge', 'edge.yaml');
    expect(parse(readFileSync(target, 'utf8'))).toEqual([{ targets: ['https://assistant.hospital.example/health'] }]);
    expect(runtime.compose(['config']).environment).toMatchObject({ EDGE_TARGETS_DIR: join(folder, 'targets', 'edge'), TEXTFILE_DIR: join(folder, 'metrics') });
    expect([target, join(folder, 'targets', 'edge'), join(folder, 'metrics')].map((path) => statSync(path).mode & 0o777)).toEqual([0o644, 0o755, 0o755]);
  }, 60_000);

  it('lends compose with the files and settings of the installation', () => {
    const double = new DockerDouble(folder);
    try {
      const told = (...words: string[]) => spawnSync(process.execPath, [join(root, 'tools', 'dist', 'deploy', 'main.js'), ...words], { encoding: 'utf8', env: process.env });
      expect(told('compose', '--folder', folder, '--', 'logs', '--tail', '5', 'gateway').status).toBe(0);
      const call = double.calls.at(-1);
      expect(call?.words.slice(-4)).toEqual(['logs', '--tail', '5', 'gateway']);
      expect(call?.words.slice(0, 3)).toEqual(['compose', '--project-name', 'voiceassist']);
      expect(call?.environment).toMatchObject({ DOMAIN: 'assistant.hospital.example', SECRETS_DIR: installation.secretsFolder });
      expect(told('health', '--folder', folder, 'gateway')).toMatchObject({ status: 2, stderr: expect.stringContaining('what is gateway?') as unknown });
    } finally {
      double.close();
    }
  }, 60_000);

  it('wants no port that its own containers hold', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo; // it listens on one
    installation.addSettings({ GATEWAY_PORT: String(port) });
    const double = new DockerDouble(folder);
    try {
      expect((await runtime.faults()).filter((fault) => fault.startsWith(`port ${port}`))).toEqual([`port ${port} is in use by another program`]);
      await run(runtime.compose(['up']));
      expect((await runtime.faults()).filter((fault) => fault.startsWith('port '))).toEqual([]);
    } finally {
      double.close();
      taken.close();
    }
  }, 60_000);

  it('refuses an engine that docker-compose 1 cannot work with', async () => {
    const double = new DockerDouble(folder);
    const faults = async () => (await runtime.faults()).filter((fault) => fault.startsWith('docker-compose 1'));
    try {
      expect(await faults()).toEqual([]);
      double.beWithoutPlugin('20.10.24+dfsg1');
      expect(await faults()).toEqual([]);
      double.beWithoutPlugin('28.2.2');
      expect(await faults()).toEqual([expect.stringContaining('cannot replace containers of Docker 28.2.2')]);
    } finally {
      double.close();
    }
  }, 60_000);

  it('writes down what it decides by default, so that it stays, and closes the file to others', async () => {
    writeFileSync(installation.settingsFile, 'DOMAIN=assistant.hospital.example\nIMAGE_PREFIX=voiceassist/\nOBSERVE=false\n');
    chmodSync(installation.settingsFile, 0o644);
    await prepare();
    expect(statSync(installation.settingsFile).mode & 0o777).toBe(0o600);
    writeFileSync(installation.settingsFile, 'DOMAIN=assistant.hospital.example\n');
    await prepare();
    expect(['true', 'false']).toContain(installation.settings()['OBSERVE']);
  });
});
