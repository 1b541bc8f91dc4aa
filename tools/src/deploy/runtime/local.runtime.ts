import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reindexKnowledge } from '@voiceassist/service-kb-indexer';
import { planServices } from '../../distributed/environment.js';
import { openInfrastructure } from '../../distributed/infrastructure.js';
import { postgresFolder } from '../../distributed/postgres-folder.js';
import { type Installation, parseSettings } from '../installation.js';
import type { Command } from '../programs.js';
import { ensureSecrets, newKeyLine, newPassword } from '../secrets.js';
import { readinessOf } from './readiness-of.js';
import { Runtime, type ServiceState, type Stores } from './runtime.js';

interface Running {
  readonly services: Record<string, { url: string }>;
  readonly infrastructure: Record<string, { url: string }>;
}

const readyDeadlineMs = 300_000;
const stopDeadlineMs = 60_000;

/**
 * The product as processes of this machine: `npm run start:distributed`, kept running. A release is the folder
 * `releases/<version>` with a link `workspace` to built sources and, where it has settings of its own, `release.env`.
 */
export class LocalRuntime extends Runtime {
  private readonly dataFolder: string;

  constructor(private readonly installation: Installation) {
    super();
    this.dataFolder = join(installation.folder, 'data');
  }

  override get url(): string {
    return `http://127.0.0.1:${this.installation.settings()['PORT'] ?? '8080'}`;
  }

  override get encryptionKeysFile(): string {
    return this.installation.secretFile('encryption.keys');
  }

  override get firstPassword(): string {
    return `first password in ${this.installation.secretFile('admin_password')}`;
  }

  override async faults(): Promise<string[]> {
    return ['/usr/bin/redis-server', '/usr/sbin/nats-server', '/usr/bin/pg_dump'].filter((program) => !existsSync(program)).map((program) => `${program} is missing`);
  }

  /** The product looks for its master keys below its data; they lie among the secrets. */
  override async prepareSecrets(): Promise<void> {
    ensureSecrets(this.installation, { admin_password: () => `${newPassword()}\n`, 'encryption.keys': newKeyLine });
    const keys = join(this.dataFolder, 'keys');
    mkdirSync(keys, { recursive: true, mode: 0o700 });
    if (!existsSync(join(keys, 'encryption.keys'))) {
      rmSync(join(keys, 'encryption.keys'), { force: true });
      symlinkSync(this.encryptionKeysFile, join(keys, 'encryption.keys'));
    }
  }

  /** The starter hands them to the services as they are. */
  override async prepareSettings(): Promise<void> {
    return Promise.resolve();
  }

  /** A release is a folder that somebody else fills, so getting one ready and getting it back are the same. */
  override async recall(version: string): Promise<void> {
    return this.prepare(version);
  }

  override async prepare(version: string): Promise<void> {
    const script = join(this.workspaceOf(version), 'tools', 'dist', 'distributed', 'main.js');
    if (!existsSync(script)) throw new Error(`there is no release ${version}: ${script} is missing`);
  }

  override async start(version: string): Promise<void> {
    if (this.runningVersion() === version) return this.untilReady();
    await this.stop();
    rmSync(this.stateFile, { force: true });
    const log = openSync(join(this.installation.folder, 'product.log'), 'a', 0o600);
    const own = join(this.installation.folder, 'releases', version, 'release.env');
    const child = spawn(process.execPath, [join(this.workspaceOf(version), 'tools', 'dist', 'distributed', 'main.js')], {
      cwd: this.installation.folder, detached: true, stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: process.env['TZ'], ...this.installation.settings(), ...(existsSync(own) ? parseSettings(readFileSync(own, 'utf8')) : {}),
        DATA_DIR: this.dataFolder, ADMIN_PASSWORD: readFileSync(this.installation.secretFile('admin_password'), 'utf8').trim(),
      },
    });
    closeSync(log);
    child.unref();
    writeFileSync(this.processFile, `${child.pid} ${version}`, { mode: 0o600 });
    await this.untilReady();
  }

  override async stop(): Promise<void> {
    const pid = this.pid();
    if (pid !== null) {
      process.kill(pid, 'SIGTERM');
      const deadline = Date.now() + stopDeadlineMs;
      while (this.pid() !== null) {
        if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
        await sleep(100);
      }
    }
    rmSync(this.processFile, { force: true });
  }

  override async services(): Promise<ServiceState[]> {
    const state = this.state();
    if (!state) return [{ name: 'product', ready: false, detail: 'is not running' }];
    return Promise.all(Object.entries(state.services).map(([name, { url }]) => readinessOf(name, url)));
  }

  override async watchers(): Promise<ServiceState[]> {
    return Promise.resolve([]);
  }

  override async withStores<T>(version: string, work: (stores: Stores) => Promise<T>): Promise<T> {
    const postgresData = await postgresFolder(this.dataFolder);
    const password = () => readFileSync(join(postgresData, 'password'), 'utf8');
    const state = this.pid() === null ? null : this.state();
    if (state) return work(this.storesAt(new URL(state.infrastructure['postgres']?.url ?? ''), password()));
    const root = this.workspaceOf(version);
    const opened = await openInfrastructure({ dataFolder: this.dataFolder, root, say: () => undefined });
    try {
      const stores = this.storesAt(new URL(opened.processes()['postgres']?.url ?? ''), password());
      const rebuildIndex = async () => {
        const plans = await planServices(opened.parts, { host: '127.0.0.1', port: '0' });
        const settings = plans.find(({ name }) => name === 'kb-indexer')?.environment ?? {};
        await reindexKnowledge({ LOG_LEVEL: 'fatal', ...settings, BUS_URL: 'memory:', JOBS_URL: 'database:' }, { signal: AbortSignal.timeout(3_600_000), onDocument: () => undefined });
      };
      return await work({ ...stores, rebuildIndex });
    } finally {
      await opened.close();
    }
  }

  private storesAt({ hostname, port }: URL, password: string): Stores {
    const database = 'postgres';
    return {
      database, blobFolder: join(this.dataFolder, 'blobs'),
      postgres: (program, words): Command => ({ program, words, environment: { PGHOST: hostname, PGPORT: port, PGUSER: 'postgres', PGPASSWORD: password, PGDATABASE: database } }),
      databaseUrl: (name) => `postgres://postgres:${password}@${hostname}:${port}/${name}`,
      rebuildIndex: async () => {
        throw new Error('the index is made anew only while the product is stopped');
      },
    };
  }

  private get processFile(): string {
    return join(this.installation.folder, 'product.pid');
  }

  private get stateFile(): string {
    return join(this.dataFolder, 'distributed.json');
  }

  private workspaceOf(version: string): string {
    const link = join(this.installation.folder, 'releases', version, 'workspace');
    if (!existsSync(link)) throw new Error(`there is no release ${version}: ${link} is missing`);
    return realpathSync(link);
  }

  /** The product's process, or null; a number that the system has given to somebody else since does not count. */
  private pid(): number | null {
    if (!existsSync(this.processFile)) return null;
    const pid = Number(readFileSync(this.processFile, 'utf8').split(' ')[0]);
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('distributed/main.js') ? pid : null;
    } catch {
      return null;
    }
  }

  private runningVersion(): string | null {
    return this.pid() === null ? null : (readFileSync(this.processFile, 'utf8').split(' ')[1] ?? null);
  }

  private state(): Running | null {
    return existsSync(this.stateFile) ? (JSON.parse(readFileSync(this.stateFile, 'utf8')) as Running) : null; // our own starter wrote it
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + readyDeadlineMs;
    for (;;) {
      const services = await this.services();
      const waiting = services.filter(({ ready }) => !ready);
      if (waiting.length === 0) return;
      if (this.pid() === null) throw new Error(`the product ended while it started: see ${join(this.installation.folder, 'product.log')}`);
      if (Date.now() > deadline) throw new Error(`not ready after ${readyDeadlineMs / 1000} s: ${waiting.map(({ name, detail }) => `${name} (${detail})`).join(', ')}`);
      await sleep(250);
    }
  }
}
