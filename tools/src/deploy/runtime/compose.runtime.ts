import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseServices, serviceNames } from '../../distributed/environment.js';
import { busKeysIn } from '../../permissions/bus-keys.js';
import { certificatesIn } from '../../permissions/certificates.js';
import { natsServices } from '@voiceassist/messaging';
import { faultsOf, lookAtMachine, warningsOf } from '../preflight.js';
import type { Installation } from '../installation.js';
import { type Command, run } from '../programs.js';
import { ensureSecrets, newPassword } from '../secrets.js';
import { readinessOf } from './readiness-of.js';
import { Runtime, type ServiceState, type Stores } from './runtime.js';

interface ComposeOptions {
  readonly installation: Installation;
  /** Folder of the sources, with the compose files and the edge's. */
  readonly root: string;
  readonly say: (text: string) => void;
}

const project = 'voiceassist';
const files = ['docker/compose.yml', 'docker/compose.prod.yml'];
/** Of the compose files: the services with data, and the volume of the files. */
const stores = { postgres: 'postgres', nats: 'nats', redis: 'redis', qdrant: 'qdrant', blobVolume: 'blobs' } as const;
const database = 'voiceassist';
const administrator = 'postgres';
const servicePort = 8080;
const readyDeadlineMs = 600_000;
const edgePorts = [80, 443];

/** The product in containers: what `docker/compose.yml` and `docker/compose.prod.yml` describe. */
export class ComposeRuntime extends Runtime {
  constructor(private readonly options: ComposeOptions) {
    super();
  }

  override get url(): string {
    return `https://${this.options.installation.settings()['SITE_ADDRESS'] ?? 'localhost'}`;
  }

  /** `docker-compose` 1.29 of Debian, or the plugin of newer engines. */
  compose(words: readonly string[], version = 'none'): Command {
    const { installation, root } = this.options;
    const hasPlugin = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
    const [program, ...first] = hasPlugin ? (['docker', 'compose'] as const) : (['docker-compose'] as const);
    const places = ['--project-name', project, '--project-directory', join(root, 'docker'), '--env-file', installation.settingsFile, ...files.flatMap((file) => ['--file', join(root, file)])];
    return { program, words: [...first, ...places, ...words], environment: { VOICEASSIST_VERSION: version, SECRETS_DIR: installation.secretsFolder, COMPOSE_HTTP_TIMEOUT: '300' } };
  }

  override async faults(): Promise<string[]> {
    const { installation, say } = this.options;
    const isUp = (await this.containerOf('edge').catch(() => '')) !== '';
    const machine = await lookAtMachine({ folder: installation.folder, settings: installation.settings(), programs: ['docker', 'openssl', 'tar'], ports: isUp ? [] : edgePorts });
    for (const warning of warningsOf(machine)) say(`  note: ${warning}`);
    return faultsOf(machine);
  }

  override async prepareSecrets(): Promise<void> {
    const { installation } = this.options;
    const schemas = databaseServices.map((service) => service.replaceAll('-', '_'));
    ensureSecrets(installation, Object.fromEntries(['postgres_password', 'redis_password', 'qdrant_api_key', ...schemas.map((schema) => `database_${schema}_password`)].map((name) => [name, () => newPassword()])));
    const { publicKeys } = await busKeysIn(installation.secretFile('nats'));
    await certificatesIn(installation.secretFile('tls'), natsServices);
    installation.addSettings(publicKeys);
  }

  /** Images of the version: pulled where `IMAGES=pull`, else built from these sources. */
  override async prepare(version: string): Promise<void> {
    const words = this.options.installation.settings()['IMAGES'] === 'pull' ? ['pull'] : ['build'];
    await run(this.compose(words, version), { timeoutMs: 3_600_000 });
  }

  override async start(version: string): Promise<void> {
    await run(this.compose(['up', '--detach', '--remove-orphans'], version), { timeoutMs: 1_200_000 });
    const deadline = Date.now() + readyDeadlineMs;
    for (;;) {
      const waiting = (await this.services()).filter(({ ready }) => !ready);
      if (waiting.length === 0) return;
      if (Date.now() > deadline) throw new Error(`not ready after ${readyDeadlineMs / 1000} s: ${waiting.map(({ name, detail }) => `${name} (${detail})`).join(', ')}`);
      await sleep(2_000);
    }
  }

  override async stop(): Promise<void> {
    await run(this.compose(['down', '--timeout', '60']), { timeoutMs: 600_000 });
  }

  override async services(): Promise<ServiceState[]> {
    return Promise.all(serviceNames.map(async (name) => {
      const address = await this.addressOf(name).catch(() => '');
      return address === '' ? { name, ready: false, detail: 'is not running' } : readinessOf(name, `http://${address}:${servicePort}`);
    }));
  }

  override async withStores<T>(work: (opened: Stores) => Promise<T>): Promise<T> {
    const wasUp = (await this.containerOf(stores.postgres).catch(() => '')) !== '';
    if (!wasUp) await run(this.compose(['up', '--detach', stores.postgres, stores.qdrant]));
    try {
      await this.untilDatabaseAnswers();
      return await work(await this.openStores());
    } finally {
      if (!wasUp) await this.stop();
    }
  }

  private async openStores(): Promise<Stores> {
    const address = await this.addressOf(stores.postgres);
    const password = encodeURIComponent(await this.secret('postgres_password'));
    const blobFolder = (await run({ program: 'docker', words: ['volume', 'inspect', '--format', '{{.Mountpoint}}', `${project}_${stores.blobVolume}`] })).trim();
    return {
      database, blobFolder,
      postgres: (program, words) => this.compose(['exec', '-T', '-e', `PGUSER=${administrator}`, '-e', `PGDATABASE=${database}`, stores.postgres, program, ...words]),
      databaseUrl: (name) => `postgres://${administrator}:${password}@${address}:5432/${name}`,
      rebuildIndex: () => run(this.compose(['run', '--rm', '-T', 'operations', 'reindex'])).then(() => undefined),
    };
  }

  private async secret(name: string): Promise<string> {
    return (await readFile(this.options.installation.secretFile(name), 'utf8')).trim();
  }

  private async untilDatabaseAnswers(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await run(this.compose(['exec', '-T', stores.postgres, 'pg_isready', '-U', administrator]), { timeoutMs: 30_000 });
        return;
      } catch (error) {
        if (tries >= 60) throw error;
        await sleep(1_000);
      }
    }
  }

  private async containerOf(service: string): Promise<string> {
    return ((await run(this.compose(['ps', '-q', service]), { timeoutMs: 60_000 })).trim().split('\n')[0] ?? '').trim();
  }

  /** The host reaches containers without a published port. */
  private async addressOf(service: string): Promise<string> {
    const container = await this.containerOf(service);
    if (container === '') return '';
    const addresses = await run({ program: 'docker', words: ['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', container] }, { timeoutMs: 60_000 });
    return addresses.trim().split(' ')[0] ?? '';
  }
}
