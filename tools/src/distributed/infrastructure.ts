import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startNats, startPostgres, startRedis, type LocalServer } from '@voiceassist/kit';
import { provisionDatabase } from '@voiceassist/storage';
import { databaseServices, type Infrastructure } from './environment.js';
import { SupervisedProcess } from './supervised-process.js';

export interface OpenInfrastructure {
  readonly parts: Infrastructure;
  processes(): Record<string, { pid: number | undefined; url: string }>;
  close(): Promise<void>;
}

interface Options {
  readonly dataFolder: string;
  readonly root: string;
  say(text: string): void;
}

/** Passwords of this installation, made at the first start and kept readable by their owner only. */
function secretsIn(dataFolder: string): (name: string) => string {
  const file = join(dataFolder, 'secrets.json');
  const secrets = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  return (name) => {
    secrets[name] ??= randomBytes(24).toString('base64url');
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    return secrets[name];
  };
}

async function provision(postgres: LocalServer, secret: (name: string) => string): Promise<Map<string, string>> {
  const passwords = Object.fromEntries(databaseServices.map((service) => [service, secret(`database.${service}`)]));
  return new Map(Object.entries(await provisionDatabase({ adminUrl: postgres.url, services: databaseServices, passwords })));
}

/** Debian's PostgreSQL has no pgvector, so vectors live in a PGlite server: the same pgvector, one session, over TCP. */
async function startVectorServer({ dataFolder, root }: Options, password: string) {
  const port = await freePort();
  const server = new SupervisedProcess(
    {
      name: 'vector-server',
      script: join(root, 'tools', 'dist', 'distributed', 'vector-server.js'),
      environment: { VECTOR_SERVER_DIR: join(dataFolder, 'vectors'), VECTOR_SERVER_PORT: String(port), VECTOR_SERVER_PASSWORD: password },
    },
    () => undefined,
  );
  server.start();
  return { server, url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` };
}

/** Starts NATS, PostgreSQL, Redis and the vector server, and makes a role and a schema for each service. */
export async function openInfrastructure(options: Options): Promise<OpenInfrastructure> {
  const { dataFolder, root, say } = options;
  const secret = secretsIn(dataFolder);
  const blobFolder = join(dataFolder, 'blobs');
  await mkdir(blobFolder, { recursive: true });
  const [nats, postgres, redis] = await Promise.all([
    startNats({ folder: join(dataFolder, 'nats') }),
    startPostgres({ folder: join(dataFolder, 'postgres') }),
    startRedis({ folder: join(dataFolder, 'redis') }),
  ]);
  say(`NATS ${nats.port}, PostgreSQL ${postgres.port}, Redis ${redis.port}`);
  const databaseUrls = await provision(postgres, secret);
  const vectors = await startVectorServer(options, secret('vectors'));
  return {
    parts: {
      natsUrl: nats.url, redisUrl: redis.url, databaseUrls, vectorUrl: vectors.url, blobFolder,
      webRoot: join(root, 'apps', 'web', 'dist'), samplesFolder: join(root, 'apps', 'standalone', 'samples'),
    },
    processes: () => ({
      nats: { pid: nats.pid, url: nats.url }, postgres: { pid: postgres.pid, url: `postgres://127.0.0.1:${postgres.port}` },
      redis: { pid: redis.pid, url: redis.url }, vectors: { pid: vectors.server.pid, url: '' },
    }),
    async close() {
      await vectors.server.stop();
      await Promise.all([nats.stop(), redis.stop(), postgres.stop()]);
    },
  };
}
