import { spawnSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reindexKnowledge } from '@voiceassist/service-kb-indexer';
import { serviceNames } from '../../distributed/environment.js';
import { faultsOf, lookAtMachine, warningsOf } from '../preflight.js';
import type { Installation } from '../installation.js';
import { type Command, run } from '../programs.js';
import { Releases } from '../releases.js';
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
const stores = { postgres: 'postgres', qdrant: 'qdrant', filesVolume: 'files' } as const;
/** Folders below the secrets that the container `secrets` fills, as the account of the services. */
const secretFolders = ['installation', ...serviceNames, 'nats', 'postgres', 'redis', 'qdrant', 'grafana'];
const serviceAccount = 10_001;
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
    return `https://${this.options.installation.settings()['DOMAIN'] ?? 'localhost'}`;
  }

  /** `docker-compose` 1.29 of Debian, or the plugin of newer engines. */
  compose(words: readonly string[], version = new Releases(this.options.installation).read().current ?? 'none'): Command {
    const { installation, root } = this.options;
    const hasPlugin = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
    const [program, ...first] = hasPlugin ? (['docker', 'compose'] as const) : (['docker-compose'] as const);
    const places = ['--project-name', project, '--project-directory', join(root, 'docker'), '--env-file', installation.settingsFile, ...files.flatMap((file) => ['--file', join(root, file)])];
    return { program, words: [...first, ...places, ...words], environment: { IMAGE_TAG: version, VERSION: version, SECRETS_DIR: installation.secretsFolder, COMPOSE_HTTP_TIMEOUT: '300' } };
  }

  override async faults(): Promise<string[]> {
    const { installation, say } = this.options;
    const isUp = (await this.containerOf('edge').catch(() => '')) !== '';
    const machine = await lookAtMachine({ folder: installation.folder, settings: installation.settings(), programs: ['docker', 'openssl', 'tar'], ports: isUp ? [] : edgePorts });
    for (const warning of warningsOf(machine)) say(`  note: ${warning}`);
    return faultsOf(machine);
  }

  /** The container `secrets` makes keys, certificates and passwords, and keeps those that exist; it needs its folders. */
  override async prepareSecrets(): Promise<void> {
    const { installation } = this.options;
    for (const name of secretFolders) await mkdir(installation.secretFile(name), { recursive: true, mode: 0o755 });
    if (process.getuid?.() === 0) await run({ program: 'chown', words: ['-R', `${serviceAccount}:${serviceAccount}`, ...secretFolders.map((name) => installation.secretFile(name))] });
    installation.addSettings({ IMAGE_PREFIX: 'voiceassist/' });
  }

  override get encryptionKeysFile(): string {
    return join(this.options.installation.secretFile('installation'), 'encryption.keys');
  }

  override get firstPassword(): string {
    return 'its first password: docker-compose … run --rm --no-deps secrets main.js first-password (docs/operations/server.md)';
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

  override async withStores<T>(version: string, work: (opened: Stores) => Promise<T>): Promise<T> {
    const wasUp = (await this.containerOf(stores.postgres).catch(() => '')) !== '';
    if (!wasUp) await run(this.compose(['up', '--detach', stores.postgres, stores.qdrant], version));
    try {
      await this.untilDatabaseAnswers();
      if (!wasUp) await run(this.compose(['run', '--rm', '--no-deps', '-T', 'databases'], version));
      return await work(await this.openStores());
    } finally {
      if (!wasUp) await this.stop();
    }
  }

  private async openStores(): Promise<Stores> {
    const address = await this.addressOf(stores.postgres);
    const password = encodeURIComponent(await this.secret('postgres', 'password'));
    const volume = (await run({ program: 'docker', words: ['volume', 'inspect', '--format', '{{.Mountpoint}}', `${project}_${stores.filesVolume}`] })).trim();
    const blobFolder = join(volume, 'blobs');
    return {
      database, blobFolder,
      postgres: (program, words) => this.compose(['exec', '-T', '-e', `PGUSER=${administrator}`, '-e', `PGDATABASE=${database}`, stores.postgres, program, ...words]),
      databaseUrl: (name) => `postgres://${administrator}:${password}@${address}:5432/${name}`,
      rebuildIndex: () => this.rebuildIndex(address, blobFolder),
    };
  }

  /** From this machine, as the service `kb-indexer`, which is stopped. */
  private async rebuildIndex(postgresAddress: string, blobFolder: string): Promise<void> {
    const databaseUrl = new URL(await this.secret('kb-indexer', 'DATABASE_URL'));
    databaseUrl.hostname = postgresAddress;
    const { EMBEDDER_URL = 'local:', EMBEDDER_MODEL, EMBEDDER_DIMENSION } = this.options.installation.settings();
    await reindexKnowledge({
      LOG_LEVEL: 'fatal', BUS_URL: 'memory:', JOBS_URL: 'database:', KV_URL: 'memory:', DATABASE_URL: databaseUrl.href, BLOB_URL: `file:${blobFolder}`, ENCRYPTION_KEYS_URL: `file:${this.encryptionKeysFile}`,
      VECTOR_URL: `qdrant+http://${await this.addressOf(stores.qdrant)}:6333`, VECTOR_API_KEY: await this.secret('kb-indexer', 'VECTOR_API_KEY'), EMBEDDER_URL, EMBEDDER_MODEL, EMBEDDER_DIMENSION,
    }, { signal: AbortSignal.timeout(6 * 3_600_000), onDocument: () => undefined });
  }

  private async secret(service: string, name: string): Promise<string> {
    return (await readFile(join(this.options.installation.secretFile(service), name), 'utf8')).trim();
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
