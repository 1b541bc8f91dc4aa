import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busKeysIn } from '../permissions/bus-keys.js';
import { databaseSchemas, ownsDatabase, services } from './consumers.js';
import { passwordsIn, type Passwords } from './passwords.js';

const namespaces = { product: 'voiceassist', data: 'voiceassist-data' } as const;
const vectorUrl = 'qdrant+http://qdrant.voiceassist-data:6333';

type Values = Readonly<Record<string, string>>;

/** Who reads what beside its database and its keys for the bus; the charts ask for these by default. */
const uses: Readonly<Record<string, readonly string[]>> = {
  KV_URL: ['gateway', 'realtime'],
  JOBS_URL: ['auth', 'kb-indexer'],
  ENCRYPTION_KEYS: ['gateway', 'auth', 'kb-indexer', 'rag-orchestrator', 'admin'],
  ADMIN_PASSWORD: ['auth'],
  VECTOR_URL: ['kb-indexer'],
  VECTOR_API_KEY: ['kb-indexer'],
  AUDIT_KEY_ENCRYPTION_KEY: ['admin'],
};

interface Place {
  readonly namespace: string;
  readonly name: string;
}

const secret = (place: Place, data: Values, type = 'Opaque') => ({
  apiVersion: 'v1', kind: 'Secret', type,
  metadata: { ...place, labels: { 'app.kubernetes.io/part-of': 'voiceassist', 'app.kubernetes.io/managed-by': 'voiceassist-provision' } },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

async function ofService(root: string, service: string, passwords: Passwords): Promise<Values> {
  const file = (name: string) => readFile(join(root, service, name), 'utf8');
  const made: Readonly<Record<string, () => Promise<string>>> = {
    KV_URL: () => file('KV_URL'), JOBS_URL: () => file('JOBS_URL'), ADMIN_PASSWORD: () => file('ADMIN_PASSWORD'), VECTOR_API_KEY: () => file('VECTOR_API_KEY'),
    // one key a line in a file, between commas in a setting
    ENCRYPTION_KEYS: async () => (await file('encryption.keys')).trim().split('\n').join(','),
    VECTOR_URL: async () => vectorUrl,
    AUDIT_KEY_ENCRYPTION_KEY: async () => passwords.key('audit-key-encryption'),
  };
  const values: Record<string, string> = {};
  for (const [name, users] of Object.entries(uses)) if (users.includes(service)) values[name] = (await made[name]?.()) ?? '';
  if (ownsDatabase(service)) values['DATABASE_URL'] = await file('DATABASE_URL');
  return {
    ...values,
    NATS_NKEY_SEED_FILE: await file('nats.nkey'), NATS_TLS_CA_FILE: await file('nats-ca.pem'), NATS_TLS_CERT_FILE: await file('nats.pem'), NATS_TLS_KEY_FILE: await file('nats.key'),
  };
}

/** What the job that makes roles and schemas needs, and nothing else of the installation. */
function ofDatabases(passwords: Passwords): Values {
  const names = ['postgres', 'postgres-exporter', ...databaseSchemas.map((schema) => `database.${schema}`)];
  return { 'passwords.json': JSON.stringify(Object.fromEntries(names.map((name) => [name, passwords.of(name)]))) };
}

async function ofStores(root: string, passwords: Passwords) {
  const text = (name: string) => readFile(join(root, 'nats', name), 'utf8');
  const { publicKeys } = await busKeysIn(join(root, 'installation', 'nats'));
  const data = (name: string, values: Values, type?: string) => secret({ namespace: namespaces.data, name }, values, type);
  return [
    data('voiceassist-postgres-superuser', { username: 'postgres', password: passwords.of('postgres') }, 'kubernetes.io/basic-auth'),
    data('nats-nkeys', publicKeys),
    data('nats-tls', { 'tls.crt': await text('server.pem'), 'tls.key': await text('server.key') }, 'kubernetes.io/tls'),
    data('nats-ca', { 'ca.crt': await text('authority.pem') }),
    data('redis', { password: passwords.of('redis') }),
    data('qdrant', { VECTOR_API_KEY: passwords.of('qdrant'), READ_ONLY_API_KEY: passwords.of('qdrant-exporter') }),
  ];
}

/** The secrets that were made in a folder, as the Secrets that the charts and the stores' values name, in one list. */
export async function kubernetesSecrets(root: string): Promise<string> {
  const passwords = passwordsIn(join(root, 'installation', 'passwords.json'));
  const product = [];
  const place = (name: string): Place => ({ namespace: namespaces.product, name: `voiceassist-${name}` });
  for (const service of services) product.push(secret(place(service), await ofService(root, service, passwords)));
  product.push(secret(place('databases'), ofDatabases(passwords)));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...(await ofStores(root, passwords)), ...product] }, null, 2);
}
