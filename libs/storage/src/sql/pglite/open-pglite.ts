import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineHome } from './engine.js';
import { lockFolder } from './folder-lock.js';
import type { HostedEngine, HostedEngineOptions } from './hosted-engine.js';

const workerFile = new URL('./pglite.worker.js', import.meta.url);
/** Sources that run unbuilt (tests) have no file a worker could start from; then the engine shares our thread. */
export const hasWorker = existsSync(workerFile);

async function hostInWorker(options: HostedEngineOptions): Promise<HostedEngine> {
  const worker = new Worker(workerFile, { workerData: options, execArgv: [] }); // flags of the process, such as preloads, are not for the engine
  const port = await portOf(worker);
  // from here on nobody listens for errors of the worker: a broken engine ends the process, whose restart reopens it
  return {
    port,
    async close() {
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      await exited;
    },
  };
}

/** Waits until the worker says that it serves; throws what kept it from that. */
async function portOf(worker: Worker): Promise<number> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const [first] = (await Promise.race([once(worker, 'message', { signal }), once(worker, 'exit', { signal })])) as [{ port: number } | number];
    if (typeof first === 'number') throw new Error(`the database thread ended with code ${first} while it opened`);
    return first.port;
  } finally {
    settled.abort();
  }
}

async function host(options: HostedEngineOptions): Promise<HostedEngine> {
  if (hasWorker) return hostInWorker(options);
  const { hostEngine } = await import('./hosted-engine.js');
  return hostEngine(options);
}

/** An embedded database that is open and served. */
export interface OpenPglite {
  /** Folder of the Unix socket, or 127.0.0.1: what `pg` calls host. */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the database under its folder's lock on a Unix socket that only our own account can reach. */
export async function openPglite(home: EngineHome): Promise<OpenPglite> {
  const unlock = 'folder' in home ? await lockFolder(home.folder) : async () => undefined;
  const socketFolder = await mkdtemp(join(tmpdir(), 'voiceassist-sql-')); // mode 0700
  const port = 5432;
  const tidy = async () => {
    await rm(socketFolder, { recursive: true, force: true });
    await unlock();
  };
  try {
    const hosted = await host({ home, listen: { path: join(socketFolder, `.s.PGSQL.${port}`) } });
    return { host: socketFolder, port, close: () => hosted.close().finally(tidy) };
  } catch (error) {
    await tidy();
    throw error;
  }
}

export interface PgliteServerOptions {
  readonly home: EngineHome;
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Password of the superuser `postgres`; with it every role has to give its own. */
  readonly password?: string;
}

export interface PgliteServer {
  /** Signs in as the superuser. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves PGlite (PostgreSQL 18 with pgvector) on a TCP port of this machine, for processes of the local distributed mode. */
export async function startPgliteServer({ home, port, password }: PgliteServerOptions): Promise<PgliteServer> {
  const unlock = 'folder' in home ? await lockFolder(home.folder) : async () => undefined;
  try {
    const hosted = await host({ home, listen: { host: '127.0.0.1', port: port ?? 0 }, superuserPassword: password });
    const credentials = password === undefined ? 'postgres' : `postgres:${encodeURIComponent(password)}`;
    return {
      url: `postgres://${credentials}@127.0.0.1:${hosted.port}/postgres`,
      port: hosted.port,
      stop: () => hosted.close().finally(unlock),
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}
