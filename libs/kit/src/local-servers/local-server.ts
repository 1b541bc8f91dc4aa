import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.js';
import { ServerProcess, type ServerCommand } from './server-process.js';

export interface LocalServerOptions {
  /** Where the server keeps its data; kept afterwards. Without it a temporary folder is used and removed by `stop`. */
  readonly folder?: string;
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
}

/** A real server that runs on this machine for tests or for the local distributed mode; it dies with this process. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Process id; changes with `restart`. */
  readonly pid: number;
  readonly folder: string;
  /** Sends a signal (SIGKILL by default) and waits until the process is gone; `restart` brings it back. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the server in good order if it runs, and starts it on the same port and folder. */
  restart(): Promise<void>;
  /** Ends the server in good order and removes its folder if it was a temporary one. */
  stop(): Promise<void>;
}

export interface Place {
  readonly folder: string;
  readonly port: number;
  /** The folder is ours to remove, and its data need not survive a power cut. */
  readonly temporary: boolean;
}

interface Recipe {
  readonly name: string;
  prepare(place: Place): Promise<{ readonly command: ServerCommand; readonly url: string }>;
}

/** Starts a server by its recipe; a lost race for a free port is tried again with another one. */
export async function startLocalServer(recipe: Recipe, options: LocalServerOptions): Promise<LocalServer> {
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), `voiceassist-${recipe.name}-`));
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const place: Place = { folder, port: options.port ?? (await freePort()), temporary: options.folder === undefined };
    const { command, url } = await recipe.prepare(place);
    const server = new ServerProcess(command);
    try {
      await server.start();
      return handleOf(server, { ...place, url });
    } catch (error) {
      await server.end('SIGKILL');
      if (attempt >= 3 || options.port !== undefined) throw error;
    }
  }
}

function handleOf(server: ServerProcess, { url, port, folder, temporary }: Place & { readonly url: string }): LocalServer {
  return {
    url,
    port,
    folder,
    get pid() {
      return server.pid;
    },
    kill: (signal = 'SIGKILL') => server.end(signal),
    async restart() {
      await server.stop();
      await server.start();
    },
    async stop() {
      await server.stop();
      if (temporary) await rm(folder, { recursive: true, force: true });
    },
  };
}
