import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../bench/product.js';
import { serviceNames } from '../../distributed/environment.js';
import { Installation } from '../installation.js';
import { ComposeRuntime } from './compose.runtime.js';

const hasFiles = existsSync(join(root, 'docker', 'compose.prod.yml'));
const hasCompose = spawnSync('docker-compose', ['version'], { stdio: 'ignore' }).status === 0 || spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
if (!hasFiles || !hasCompose) process.stdout.write(`SKIPPED compose ${hasFiles ? 'docker-compose is not installed' : 'docker/compose.prod.yml is not there'}\n`);
if (!hasCompose && process.env['CI'] === 'true') throw new Error('docker-compose is not installed, and in CI nothing may be skipped');

interface Composed {
  readonly services: Record<string, { image?: string; environment?: Record<string, string>; volumes?: (string | { source: string })[] }>;
}

(hasFiles && hasCompose ? describe : describe.skip)('the runtime on compose', () => {
  let folder: string;
  let installation: Installation;
  let runtime: ComposeRuntime;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'compose-'));
    installation = new Installation(folder);
    installation.addSettings({ DOMAIN: 'assistant.hospital.example', ACME_EMAIL: 'it@hospital.example' });
    runtime = new ComposeRuntime({ installation, root, say: () => undefined });
    await runtime.prepareSecrets();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives compose everything that its files ask for', () => {
    const { program, words, environment } = runtime.compose(['config'], '1.2.3');
    const text = execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const { services } = parse(text) as Composed;
    expect(Object.keys(services)).toEqual(expect.arrayContaining([...serviceNames, 'edge', 'postgres', 'qdrant', 'secrets', 'databases']));
    for (const name of serviceNames) expect([name, services[name]?.image]).toEqual([name, `voiceassist/${name}:1.2.3`]);
    expect(services['edge']?.environment).toMatchObject({ DOMAIN: 'assistant.hospital.example', ACME_EMAIL: 'it@hospital.example' });
    expect(JSON.stringify(services['secrets']?.volumes)).toContain(installation.secretsFolder);
    expect(runtime.url).toBe('https://assistant.hospital.example');
  });

  it('prepares the folders of the secrets', () => {
    for (const name of ['installation', 'postgres', ...serviceNames]) expect(statSync(installation.secretFile(name)).isDirectory()).toBe(true);
  });
});
