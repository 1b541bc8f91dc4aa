import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newMasterKey, roleOfSchema } from '@voiceassist/storage';
import { busKeysIn, type BusKeys } from '../permissions/bus-keys.js';
import { certificatesIn, type Certificates } from '../permissions/certificates.js';
import { ownsDatabase, schemaOf, services, stores, type Addresses } from './consumers.js';
import { renderNatsConfiguration } from './nats-configuration.js';
import { passwordsIn, type Passwords } from './passwords.js';

/** Where every container sees its own folder. */
const mountPoint = '/run/secrets';
/** A service runs as the account that makes its secrets; a store under an account of its own, and it alone mounts its folder. */
const mode = { service: 0o400, store: 0o444 } as const;

interface Installation {
  readonly passwords: Passwords;
  readonly keys: BusKeys;
  readonly certificates: Certificates;
  readonly masterKeysFile: string;
  readonly addresses: Addresses;
}

type Files = Readonly<Record<string, string | Buffer>>;

/** Writes the files whole or not at all; who reads one never meets a half. */
async function hand(folder: string, files: Files, fileMode: number): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const draft = join(folder, `.${name}.new`);
    await writeFile(draft, content, { mode: fileMode });
    await rename(draft, join(folder, name));
  }
}

async function openInstallation(folder: string, addresses: Addresses): Promise<Installation> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const masterKeysFile = join(folder, 'encryption.keys');
  if (!existsSync(masterKeysFile)) await writeFile(masterKeysFile, `${newMasterKey()}\n`, { mode: 0o600, flag: 'wx' });
  return {
    passwords: passwordsIn(join(folder, 'passwords.json')),
    keys: await busKeysIn(join(folder, 'nats')),
    certificates: await certificatesIn(join(folder, 'tls'), services, addresses.natsHosts),
    masterKeysFile, addresses,
  };
}

async function filesOfService(service: string, { passwords, keys, certificates, masterKeysFile, addresses }: Installation): Promise<Files> {
  const redisUrl = `redis://default:${passwords.of('redis')}@${addresses.redis}`;
  const { certFile, keyFile } = certificates.clientOf(service);
  const files: Record<string, string | Buffer> = {
    KV_URL: redisUrl, JOBS_URL: redisUrl, 'encryption.keys': await readFile(masterKeysFile), 'nats.nkey': await readFile(keys.seedFileOf(service)),
    'nats-ca.pem': await readFile(certificates.caFile), 'nats.pem': await readFile(certFile), 'nats.key': await readFile(keyFile),
  };
  if (ownsDatabase(service)) {
    const schema = schemaOf(service);
    files['DATABASE_URL'] = `postgres://${roleOfSchema(schema)}:${passwords.of(`database.${schema}`)}@${addresses.postgres}/${addresses.database}${addresses.sslMode ? `?sslmode=${addresses.sslMode}` : ''}`;
  }
  if (service === 'auth') files['ADMIN_PASSWORD'] = passwords.forPerson('first-administrator');
  if (service === 'kb-indexer') files['VECTOR_API_KEY'] = passwords.of('qdrant');
  return files;
}

async function filesOfStores({ passwords, keys, certificates, addresses }: Installation): Promise<Record<(typeof stores)[number], Files>> {
  const { server, caFile } = certificates;
  const readOnlyKey = passwords.of('qdrant-exporter');
  const qdrantKeys = [['api_key', passwords.of('qdrant')], ['read_only_api_key', readOnlyKey]] as const;
  const redis = ['bind * -::*', `requirepass ${passwords.of('redis')}`, 'dir /data', 'appendonly yes', 'maxmemory-policy noeviction'];
  return {
    nats: {
      'nats-server.conf': renderNatsConfiguration(keys.publicKeys, mountPoint), 'authority.pem': await readFile(caFile),
      'server.pem': await readFile(server.certFile), 'server.key': await readFile(server.keyFile),
    },
    postgres: { password: passwords.of('postgres'), 'exporter-password': passwords.of('postgres-exporter') },
    redis: { 'redis.conf': `${redis.join('\n')}\n`, 'exporter.json': JSON.stringify({ [`redis://${addresses.redis}`]: passwords.of('redis') }) },
    grafana: { password: passwords.forPerson('grafana') },
    // Prometheus gets the key that reads: without one Qdrant shows its numbers to nobody
    qdrant: { 'qdrant.yaml': `service:\n${qdrantKeys.map(([name, key]) => `  ${name}: ${JSON.stringify(key)}\n`).join('')}telemetry_disabled: true\n`, 'read-only-key': readOnlyKey },
  };
}

/**
 * Makes what is missing of an installation's secrets in `<root>/installation` and hands each service and each store
 * exactly its own, in a folder of its name. Running it again changes nothing but what has expired.
 */
export async function makeSecrets(root: string, addresses: Addresses): Promise<void> {
  const installation = await openInstallation(join(root, 'installation'), addresses);
  for (const service of services) {
    await mkdir(join(root, service), { recursive: true, mode: 0o700 });
    await hand(join(root, service), await filesOfService(service, installation), mode.service);
  }
  const ofStores = await filesOfStores(installation);
  for (const store of stores) {
    await mkdir(join(root, store), { recursive: true, mode: 0o755 });
    await hand(join(root, store), ofStores[store], mode.store);
  }
}

/** The first password of the first administrator; it no longer works once it was changed. */
export const firstPassword = (root: string): string => passwordsIn(join(root, 'installation', 'passwords.json')).forPerson('first-administrator');
