import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reindexKnowledge } from '@voiceassist/service-kb-indexer';
import { serviceNames } from '../../distributed/environment.js';
import { faultsOf, lookAtMachine, warningsOf } from '../preflight.js';
import type { Installation } from '../installation.js';
import { type Command, run } from '../programs.js';
import { Releases } from '../releases.js';
import { settingsKnownTo } from '../settings/service-settings.js';
import { composeFaults, composeProgram } from './compose-program.js';
import { ComposeSettings } from './compose-settings.js';
import { openFilesVolume } from './files-volume.js';
import { readinessOf } from './readiness-of.js';
import { type ComposePlace, ReleaseFiles, revisionOf } from './release-files.js';
import { ReleaseImages } from './release-images.js';
import { Runtime, type ServiceState, type Stores } from './runtime.js';
import { watcherStates } from './watchers.js';

interface ComposeOptions {
  readonly installation: Installation;
  /** Folder of the sources, with the compose files and the edge's. */
  readonly root: string;
  readonly say: (text: string) => void;
}

const project = 'voiceassist';
/** Settings reach compose as variables; without a file of its own it would look for an `.env`. */
const noSettings = ['docker', 'settings', 'compose.env'];
/** Of the compose files: the services with data, and the volume of the files. */
const stores = { postgres: 'postgres', qdrant: 'qdrant', filesVolume: 'files' } as const;
/** Folders below the secrets that the container `secrets` fills, as the account of the services. */
const secretFolders = ['installation', ...serviceNames, 'nats', 'postgres', 'redis', 'qdrant', 'grafana'];
const serviceAccount = 10_001;
const database = 'voiceassist';
const administrator = 'postgres';
const servicePort = 8080;
const readyDeadlineMs = 600_000;

/** The product in containers: what `docker/compose.yml` and `docker/compose.prod.yml` describe, and what watches it. */
export class ComposeRuntime extends Runtime {
  private readonly files: ReleaseFiles;
  private readonly images: ReleaseImages;
  private readonly settings: ComposeSettings;
  /** What this process has started last. */
  private started?: string;

  constructor(private readonly options: ComposeOptions) {
    super();
    const { installation, root } = options;
    this.files = new ReleaseFiles(installation, root);
    this.images = new ReleaseImages(installation);
    this.settings = new ComposeSettings(installation, this.files);
  }

  override get url(): string {
    return `https://${this.options.installation.settings()['DOMAIN'] ?? 'localhost'}`;
  }

  /** Compose with the files of that release. */
  compose(words: readonly string[], version = this.versionAtHand, place: ComposePlace = this.files.ofRelease(version)): Command {
    const [program, ...first] = composeProgram();
    const places = ['--project-name', project, '--project-directory', place.projectFolder, '--env-file', join(this.options.root, ...noSettings), ...place.files.flatMap((file) => ['--file', file])];
    const environment = {
      ...this.settings.environmentFor(place.files), IMAGE_TAG: version, VERSION: version, COMPOSE_HTTP_TIMEOUT: '300',
      // the Dockerfile needs it, and neither Docker 20 nor docker-compose 1.29 takes it unasked
      DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1',
    };
    return { program, words: [...first, ...places, ...words], environment };
  }

  override async faults(): Promise<string[]> {
    const { installation, say } = this.options;
    const wanted = await Promise.all(this.settings.portsByService.map(async ([service, ports]) => ((await this.containerOf(service).catch(() => '')) === '' ? ports : [])));
    const machine = await lookAtMachine({ folder: installation.folder, settings: installation.settings(), programs: ['docker', 'openssl', 'tar'], ports: wanted.flat() });
    for (const warning of [...warningsOf(machine), ...this.settings.notes()]) say(`  note: ${warning}`);
    return [...faultsOf(machine), ...(await composeFaults()), ...this.settings.faults()];
  }

  /** The container `secrets` makes keys, certificates and passwords, and keeps those that exist; it needs its folders. */
  override async prepareSecrets(): Promise<void> {
    const { installation } = this.options;
    for (const name of secretFolders) await mkdir(installation.secretFile(name), { recursive: true, mode: 0o755 });
    if (process.getuid?.() === 0) await run({ program: 'chown', words: ['-R', `${serviceAccount}:${serviceAccount}`, ...secretFolders.map((name) => installation.secretFile(name))] });
  }

  override async prepareSettings(): Promise<void> {
    this.settings.prepare();
  }

  override get encryptionKeysFile(): string {
    return join(this.options.installation.secretFile('installation'), 'encryption.keys');
  }

  override get firstPassword(): string {
    return `first password in ${join(this.options.installation.secretFile('auth'), 'ADMIN_PASSWORD')}`;
  }

  /**
   * Images of the version: pulled where `IMAGES=pull`, else built from these sources; and its files. A version that has passed its
   * checks once is not made again: what runs under its name, and what a rollback goes back to, stays what was checked.
   */
  override async prepare(version: string): Promise<void> {
    const { installation, root, say } = this.options;
    const { current, history } = new Releases(installation).read();
    const [sources, made] = [revisionOf(root), await this.images.revision(version)];
    const isOther = sources !== made && sources !== 'unknown' && made !== 'unknown';
    if (current === version || history.some((entry) => entry.version === version)) {
      const missing = await this.images.missing(version);
      if (missing.length === 0) {
        say(`  release ${version} is here, made from ${made}; it is not made again${isOther ? `. These sources are ${sources}: give them a version of their own` : ''}`);
        if (!isOther) this.files.keep(version);
        return;
      }
      if (isOther) throw new Error(`release ${version} was made from ${made}, and some of its images are gone (${missing.join(', ')}). These sources are ${sources}: check out ${made} first, or deploy another version`);
    }
    const command = this.compose([this.isPulled ? 'pull' : 'build'], version, this.files.ofSources());
    await run({ ...command, environment: { ...command.environment, REVISION: sources } }, { timeoutMs: 3_600_000 });
    this.files.keep(version);
  }

  override async recall(version: string): Promise<void> {
    const missing = await this.images.missing(version);
    if (missing.length === 0) return;
    if (!this.isPulled) throw new Error(`release ${version} is not on this machine: ${missing.join(', ')} missing. It is not built from the sources at hand, which may be others: check out those of ${version} and deploy that version (a restore: with --build), or set IMAGES=pull`);
    await run(this.compose(['pull'], version), { timeoutMs: 3_600_000 });
  }

  override async start(version: string): Promise<void> {
    this.started = version;
    await run(this.compose(['up', '--detach', '--no-build', '--remove-orphans'], version), { timeoutMs: 1_200_000 });
    const deadline = Date.now() + readyDeadlineMs;
    for (;;) {
      const waiting = (await this.services()).filter(({ ready }) => !ready);
      if (waiting.length === 0) return;
      if (Date.now() > deadline) throw new Error(`not ready after ${readyDeadlineMs / 1000} s: ${waiting.map(({ name, detail }) => `${name} (${detail})`).join(', ')}`);
      await sleep(2_000);
    }
  }

  override async stop(): Promise<void> {
    await run(this.compose(['down', '--remove-orphans', '--timeout', '60']), { timeoutMs: 600_000 });
  }

  override async services(): Promise<ServiceState[]> {
    return Promise.all(serviceNames.map(async (name) => {
      const address = await this.addressOf(name).catch(() => '');
      return address === '' ? { name, ready: false, detail: 'is not running' } : readinessOf(name, `http://${address}:${servicePort}`);
    }));
  }

  override async watchers(): Promise<ServiceState[]> {
    return watcherStates(this.files.ofRelease(this.versionAtHand).files, (service) => this.containerOf(service));
  }

  override async withStores<T>(version: string, work: (opened: Stores) => Promise<T>): Promise<T> {
    const wasUp = (await this.containerOf(stores.postgres).catch(() => '')) !== '';
    if (!wasUp) {
      this.started = version;
      await run(this.compose(['up', '--detach', '--no-build', stores.postgres, stores.qdrant], version));
    }
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
    const { blobFolder } = await openFilesVolume(project, stores.filesVolume);
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
    const known = settingsKnownTo('kb-indexer', this.options.installation.settings());
    await reindexKnowledge({
      EMBEDDER_URL: 'local:', ...known, LOG_LEVEL: 'fatal', BUS_URL: 'memory:', JOBS_URL: 'database:', KV_URL: 'memory:', DATABASE_URL: databaseUrl.href, BLOB_URL: `file:${blobFolder}`, ENCRYPTION_KEYS_URL: `file:${this.encryptionKeysFile}`,
      VECTOR_URL: `qdrant+http://${await this.addressOf(stores.qdrant)}:6333`, VECTOR_API_KEY: await this.secret('kb-indexer', 'VECTOR_API_KEY'),
    }, { signal: AbortSignal.timeout(6 * 3_600_000), onDocument: () => undefined });
  }

  /** Whose containers there are, or will be: those of a change under way before those of the release that it leaves. */
  private get versionAtHand(): string {
    const { current, pending } = new Releases(this.options.installation).read();
    const changed = pending?.rollingBack ? pending.from : pending?.version;
    return this.started ?? changed ?? current ?? 'none';
  }

  private get isPulled(): boolean {
    return this.options.installation.settings()['IMAGES'] === 'pull';
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
