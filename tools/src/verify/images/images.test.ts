import { chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@voiceassist/kit';
import { planServices, serviceNames, type ServicePlan } from '../../distributed/environment.js';
import { openInfrastructure, type OpenInfrastructure } from '../../distributed/infrastructure.js';
import { buildService, buildWeb, revision } from './build-images.js';
import { root, startEngine, whyNoEngine, type Engine } from './engine.js';
import { HardenedContainer } from './hardened-container.js';
import { standIns, type StandIns } from './stand-ins.js';

const account = 10_001;
const secretNames = /^(?:DATABASE_URL|KV_URL|JOBS_URL|VECTOR_URL)$/;
const readyDeadlineMs = 180_000;
const stopSeconds = 30;
const administrator = { email: 'admin@hospital.example', password: 'correct horse battery staple' };

function give(path: string): void {
  chownSync(path, account, account);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) give(child);
    else chownSync(child, account, account);
  }
}

/** Secrets go into files; paths of this checkout become paths of the image. */
function settingsIn(folder: string, { name, environment }: ServicePlan): Record<string, string> {
  const secrets = join(folder, 'secrets', name);
  mkdirSync(secrets, { recursive: true });
  const given = { ...environment, ...(name === 'auth' ? { ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password } : {}) };
  const settings = Object.entries(given).map(([key, value]): [string, string] => {
    if (!secretNames.test(key) && key !== 'ADMIN_PASSWORD') return [key, value.startsWith(root) ? value.replace(root, '/app/') : value];
    writeFileSync(join(secrets, key), `${value}\n`);
    return [`${key}_FILE`, join(secrets, key)];
  });
  return Object.fromEntries(settings);
}

const reason = whyNoEngine();
const engineOrReason = reason ?? (await startEngine());
if (typeof engineOrReason === 'string') process.stderr.write(`SKIPPED docker ${engineOrReason}\n`);
const suite = typeof engineOrReason === 'string' ? describe.skip : describe;

suite('the images, built and run hardened', () => {
  const engine = engineOrReason as Engine; // only declared with an engine
  let bases: StandIns;
  let folder: string;
  let infrastructure: OpenInfrastructure | undefined;
  const containers = new Map<string, HardenedContainer>();
  const plans: ServicePlan[] = [];

  const inspect = async <T>(image: string, format: string): Promise<T> => JSON.parse(await engine.docker(['inspect', '--format', `{{json ${format}}}`, image])) as T; // the engine's own form
  const contentOf = async (image: string): Promise<string[]> => {
    const id = await engine.docker(['create', image]);
    const archive = join(folder, 'image.tar');
    await engine.docker(['export', '--output', archive, id], { timeoutMs: 120_000 });
    const { execFileSync } = await import('node:child_process');
    const names = execFileSync('tar', ['-tf', archive], { encoding: 'utf8', maxBuffer: 64 * 1_048_576 }).split('\n');
    rmSync(archive);
    await engine.docker(['rm', id]);
    return names;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'va-images-'));
    bases = await standIns(engine);
    for (const app of [...serviceNames, 'operations', 'standalone']) await buildService(engine, bases, app);
    await buildWeb(engine, bases);
  }, 1_500_000);

  afterAll(async () => {
    await Promise.all([...containers.values()].map((container) => container.remove()));
    await infrastructure?.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 180_000);

  it.each([...serviceNames, 'operations', 'standalone', 'web'])('%s says who it is and runs as nobody', async (app) => {
    const { User: user, Labels: labels, Healthcheck: healthcheck, Entrypoint: entrypoint, Env: environment } = await inspect<Record<string, unknown>>(`va-test/${app}`, '.Config');
    expect(user).toBe(`${account}:${account}`);
    expect(labels).toMatchObject({ 'org.opencontainers.image.title': `voiceassist-${app}`, 'org.opencontainers.image.version': '1.2.3', 'org.opencontainers.image.revision': revision });
    expect(JSON.stringify(healthcheck)).toContain('/health');
    expect(entrypoint).not.toContain('/bin/sh');
    expect(JSON.stringify(environment)).not.toMatch(/PASSWORD|SECRET|TOKEN|CERTS/);
    const history = await engine.docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', `va-test/${app}`]);
    expect(history).not.toMatch(/BEGIN [A-Z ]*KEY|_authToken|password=/i);
  });

  it('a volume that the image prepares belongs to its account, also for an image without such a folder', async () => {
    for (const name of ['nats', 'jaeger']) {
      const volume = `va-test-${name}`;
      await engine.docker(['run', '--rm', '--network', 'none', '--volume', `${volume}:/volumes/${name}`, 'va-test/operations', '--version']);
      const write = ['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'all', '--volume', `${volume}:/nowhere`, 'va-test/operations', '-e', 'require("fs").mkdirSync("/nowhere/keys")'];
      await engine.docker(write).finally(() => engine.docker(['volume', 'rm', volume]));
    }
  }, 60_000);

  it('the gateway holds what it runs and nothing else', async () => {
    const names = await contentOf('va-test/gateway');
    const found = (pattern: RegExp) => names.filter((name) => pattern.test(name)).slice(0, 5);
    expect(found(/^app\/node_modules\/(?:jest|typescript|typescript7|nx|vite|eslint|playwright-core|@swc|@aws-cdk|react)\//)).toEqual([]);
    expect(found(/^app\/(?:libs|apps|tools)\/.*(?:\.test\.|\.type-test\.|\.conformance\.|\/fixtures\/|\/testing\/)/)).toEqual([]);
    expect(found(/^app\/libs\/services\/(?!gateway\/|$)/)).toEqual([]);
    expect(found(/(?:^|\/)(?:sh|bash|dash|busybox|apt-get|npm)$/)).toEqual([]);
    expect(found(/\.(?:key|nkey)$|(?:^|\/)\.env|\.npmrc$/)).toEqual([]);
    expect(found(/^app\/apps\/web\/dist\/index\.html$/)).toHaveLength(1);
  });

  it('holds the packages of its bill of materials, and no other', async () => {
    const { shippedPaths } = (await import(join(root, 'tools/ci/shipped.mjs'))) as { shippedPaths: (root: string, app: string) => Set<string> }; // plain Node, which runs before anything is compiled
    const names = new Set(await contentOf('va-test/users'));
    const billed = [...shippedPaths(root, 'users')];
    expect(billed.filter((path) => !names.has(`app/${path}/package.json`))).toEqual([]);
    const known = new Set(billed);
    const held = [...names].flatMap((name) => /^app\/((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(name)?.[1] ?? []);
    expect(held.filter((path) => !known.has(path))).toEqual([]);
  });

  it('all eight services become ready together, hardened, with their secrets in files', async () => {
    infrastructure = await openInfrastructure({ dataFolder: folder, root, say: () => undefined });
    // each container gets copies it may read; the servers keep theirs
    const handed = join(folder, 'handed');
    cpSync(join(folder, 'keys'), join(handed, 'keys'), { recursive: true });
    for (const name of ['blobs', 'spool']) mkdirSync(join(handed, name));
    const parts = { ...infrastructure.parts, blobFolder: join(handed, 'blobs'), spoolFolder: join(handed, 'spool'), encryptionKeysFile: join(handed, 'keys', 'encryption.keys') };
    const busSettingsOf = (service: string) => Object.fromEntries(Object.entries(parts.busSettingsOf(service)).map(([name, value]) => [name, value.replace(join(folder, 'keys'), join(handed, 'keys'))]));
    plans.push(...(await planServices({ ...parts, busSettingsOf }, { host: '127.0.0.1', port: String(await freePort()) })));
    const settings = plans.map((plan) => settingsIn(handed, plan));
    give(handed);
    await Promise.all(plans.map(async (plan, index) => {
      const container = await HardenedContainer.start(engine, { image: `va-test/${plan.name}`, port: Number(new URL(plan.url).port), environment: settings[index], folders: [handed] });
      containers.set(plan.name, container);
    }));
    await Promise.all([...containers.values()].map((container) => container.untilAnswers('/ready', readyDeadlineMs)));
    for (const container of containers.values()) expect(await container.isHealthy()).toBe(true);
  }, 300_000);

  it('the page is served and the administrator signs in through the gateway', async () => {
    const url = plans.find(({ name }) => name === 'gateway')?.url ?? '';
    expect(await (await fetch(url)).text()).toContain('<div id="root">');
    const answer = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(administrator) });
    expect(await answer.json()).toMatchObject({ success: true });
  }, 60_000);

  it.each(serviceNames.map((name) => [name]))('%s drains on SIGTERM and exits with 0', async (name) => {
    const container = containers.get(name);
    if (!container) throw new Error(`${name} was not started`);
    expect(await container.state('{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}')).toBe('true [all]');
    expect(await container.stop(stopSeconds)).toBe(0);
  }, 90_000);

  it('the page image serves, refuses what is not the page, and exits with 0', async () => {
    const port = await freePort();
    const container = await HardenedContainer.start(engine, { image: 'va-test/web', port, environment: { PORT: String(port) } });
    containers.set('web', container);
    await container.untilAnswers('/health', 30_000);
    const view = await fetch(`http://127.0.0.1:${port}/conversations/1`);
    expect(view.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await view.text()).toContain('<div id="root">');
    expect((await fetch(`http://127.0.0.1:${port}/api/auth/me`)).status).toBe(404);
    expect(await container.isHealthy()).toBe(true);
    expect(await container.stop(stopSeconds)).toBe(0);
  }, 90_000);

  it('standalone runs on a read-only root with one folder of its own', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    chownSync(data, account, account);
    const port = await freePort();
    const container = await HardenedContainer.start(engine, { image: 'va-test/standalone', port, environment: { PORT: String(port), DATA_DIR: data, BLOB_URL: `file:${data}/blobs`, ENCRYPTION_KEYS_URL: `file:${data}/keys/encryption.keys` }, folders: [data] });
    containers.set('standalone', container);
    await container.untilAnswers('/ready', readyDeadlineMs);
    expect(await container.stop(stopSeconds)).toBe(0);
  }, 240_000);
});
