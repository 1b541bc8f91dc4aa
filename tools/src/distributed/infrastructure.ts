import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startPostgres, startRedis } from '@voiceassist/kit';
import { provisionDatabase, roleOfSchema } from '@voiceassist/storage';
import { startSecuredNats } from '../permissions/secured-nats.js';
import { databaseServices, type Infrastructure } from './environment.js';
import { databaseFor, emptyForNew, type GivenStores } from './given-stores.js';
import { postgresFolder } from './postgres-folder.js';
import { SupervisedProcess } from './supervised-process.js';

export interface OpenInfrastructure {
  readonly parts: Infrastructure;
  processes(): Record<string, { pid: number | undefined; url: string }>;
  close(): Promise<void>;
}

interface Options {
  readonly dataFolder: string;
  readonly root: string;
  readonly say: (text: string) => void;
  /** Used where they are named; the others are started. */
  readonly given?: GivenStores;
}

/** A store that was started here or is somebody else's, who also ends it. */
interface Store {
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

type Secret = (name: string) => string;

const vectorSchema = 'vector_index';
const startTries = 300;
const startPauseMs = 100;

/** Passwords of this installation, made at the first start and kept readable by their owner only. */
function secretsIn(dataFolder: string): Secret {
  const file = join(dataFolder, 'secrets.json');
  const secrets = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  return (name) => {
    secrets[name] ??= randomBytes(24).toString('base64url');
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    return secrets[name];
  };
}

interface Provisioned {
  /** Each schema's own address. */
  readonly urls: ReadonlyMap<string, string>;
  readonly vector: boolean;
}

/** Makes a role and a schema for each name. */
async function provision(adminUrl: string, schemas: readonly string[], secret: Secret): Promise<Provisioned> {
  const wanted = schemas.map((schema) => ({ schema, password: secret(`database.${schema}`) }));
  const { vector } = await provisionDatabase({ adminUrl, schemas: wanted });
  const urls = new Map(wanted.map(({ schema, password }) => {
    const url = new URL(adminUrl);
    url.username = roleOfSchema(schema);
    url.password = password;
    return [schema, url.href];
  }));
  return { urls, vector };
}

async function untilAnswers(port: number): Promise<void> {
  for (let tries = 0; tries < startTries; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(socket.end() !== undefined));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(startPauseMs);
  }
  throw new Error('the vector server does not answer');
}

/** Debian's PostgreSQL has no pgvector, so vectors live in a PGlite server: the same pgvector, one session, over TCP. */
async function startVectorServer({ dataFolder, root }: Options, secret: Secret): Promise<Store> {
  const port = await freePort();
  const password = secret('vectors');
  const server = new SupervisedProcess(
    {
      name: 'vector-server',
      script: join(root, 'tools', 'dist', 'distributed', 'vector-server.js'),
      environment: { VECTOR_SERVER_DIR: join(dataFolder, 'vectors'), VECTOR_SERVER_PORT: String(port), VECTOR_SERVER_PASSWORD: password },
    },
    () => undefined,
  );
  server.start();
  await untilAnswers(port);
  const { urls } = await provision(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, [vectorSchema], secret);
  return { url: urls.get(vectorSchema) ?? '', get pid() { return server.pid; }, stop: () => server.stop() };
}

const ofSomebodyElse = (url: string): Store => ({ url, pid: undefined, stop: async () => undefined });

async function openPostgres({ dataFolder, say, given = {} }: Options): Promise<Store> {
  if (given.postgresUrl) return ofSomebodyElse(await databaseFor(dataFolder, given.postgresUrl));
  const folder = await postgresFolder(dataFolder);
  say(`PostgreSQL keeps its data in ${folder}`);
  return startPostgres({ folder });
}

const openRedis = ({ dataFolder, given = {} }: Options): Promise<Store> =>
  given.redisUrl ? Promise.resolve(ofSomebodyElse(given.redisUrl)) : startRedis({ folder: join(dataFolder, 'redis') });

/** Qdrant where it is given, else the PostgreSQL of the services where it has pgvector, else a server of its own. */
async function openVectors(options: Options, database: Provisioned, secret: Secret): Promise<Store> {
  if (options.given?.qdrantUrl) return ofSomebodyElse(`qdrant+${options.given.qdrantUrl}`);
  return database.vector ? ofSomebodyElse(database.urls.get(vectorSchema) ?? '') : startVectorServer(options, secret);
}

/** An address without its account. */
function withoutAccount(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Starts NATS, PostgreSQL, Redis and the vector server, or takes those that are given, and makes a role and a schema for each service. */
export async function openInfrastructure(options: Options): Promise<OpenInfrastructure> {
  const { dataFolder, root, say, given = {} } = options;
  const secret = secretsIn(dataFolder);
  const blobFolder = join(dataFolder, 'blobs');
  for (const name of ['blobs', 'nats', 'redis', 'vectors']) await mkdir(join(dataFolder, name), { recursive: true, mode: 0o700 });
  await emptyForNew(dataFolder, given);
  const [nats, postgres, redis] = await Promise.all([
    startSecuredNats({ folder: join(dataFolder, 'nats'), keysFolder: join(dataFolder, 'keys') }), openPostgres(options), openRedis(options),
  ]);
  say(`NATS ${nats.server.port} (TLS, a key for each service), PostgreSQL ${withoutAccount(postgres.url)}, Redis ${withoutAccount(redis.url)}`);
  const schemaOf = (service: string) => service.replaceAll('-', '_');
  const database = await provision(postgres.url, [...databaseServices.map(schemaOf), ...(given.postgresUrl ? [vectorSchema] : [])], secret);
  const databaseUrls = new Map(databaseServices.map((service) => [service as string, database.urls.get(schemaOf(service)) ?? '']));
  const vectors = await openVectors(options, database, secret);
  return {
    parts: {
      busSettingsOf: (service) => nats.settingsOf(service), redisUrl: redis.url, databaseUrls, vectorUrl: vectors.url, blobFolder, spoolFolder: join(dataFolder, 'audit-spool'), encryptionKeysFile: join(dataFolder, 'keys', 'encryption.keys'),
      webRoot: join(root, 'apps', 'web', 'dist'), samplesFolder: join(root, 'apps', 'standalone', 'samples'),
    },
    processes: () => ({
      nats: { pid: nats.server.pid, url: nats.server.url }, postgres: { pid: postgres.pid, url: withoutAccount(postgres.url) },
      redis: { pid: redis.pid, url: redis.url }, vectors: { pid: vectors.pid, url: '' },
    }),
    async close() {
      await vectors.stop();
      await Promise.all([nats.server.stop(), redis.stop(), postgres.stop()]);
    },
  };
}
