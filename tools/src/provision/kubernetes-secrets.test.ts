import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { keyPairs } from '../permissions/bus-keys.js';
import { publicKeyVariable } from '../permissions/render-permissions.js';
import { addressesInCluster, databaseSchemas, services } from './consumers.js';
import { kubernetesSecrets } from './kubernetes-secrets.js';
import { makeSecrets } from './secrets.js';

interface Secret {
  readonly type: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: Readonly<Record<string, string>>;
}
interface ChartValues {
  readonly settings: Readonly<Record<string, string>>;
  readonly secret: { readonly settings?: readonly string[]; readonly files: readonly string[] };
}

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const chartOf = (service: string) => parse(textOf(`helm/charts/${service}/values.yaml`)) as ChartValues; // checked by its schema

describe('the Secrets of an installation on Kubernetes', () => {
  let root: string;
  let secrets: Secret[];
  const of = (name: string, namespace = 'voiceassist') => {
    const { data = {} } = secrets.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) ?? {};
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  };
  const make = async () => {
    await makeSecrets(root, addressesInCluster({}));
    return (JSON.parse(await kubernetesSecrets(root)) as { items: Secret[] }).items;
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'va-kubernetes-'));
    secrets = await make();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('stay the same however often they are made', async () => {
    expect(await make()).toEqual(secrets);
  });

  it.each(services.map((name) => [name]))('give %s what its chart asks for by default, and nothing else', (service) => {
    const { secret } = chartOf(service);
    const values = of(`voiceassist-${service}`);
    expect(Object.keys(values).sort()).toEqual([...(secret.settings ?? []), ...secret.files].sort());
    for (const value of Object.values(values)) expect(value.trim()).not.toBe('');
  });

  it('name the stores as the guide installs them', () => {
    expect(of('voiceassist-users')['DATABASE_URL']).toMatch(/^postgres:\/\/va_users:[\w-]+@voiceassist-postgres-rw\.voiceassist-data:5432\/voiceassist\?sslmode=require$/);
    expect(of('voiceassist-gateway')['KV_URL']).toMatch(/^redis:\/\/default:[\w-]+@redis-haproxy\.voiceassist-data:6379$/);
    expect(of('voiceassist-kb-indexer')['VECTOR_URL']).toBe('qdrant+http://qdrant.voiceassist-data:6333');
    expect(/`https?:\/\/qdrant/.test(textOf('docs/operations/kubernetes.md'))).toBe(false);
    const keys = of('voiceassist-gateway')['ENCRYPTION_KEYS'];
    expect(keys).toMatch(/^[\w-]+:[\w+/]{43}=$/);
    for (const service of ['auth', 'kb-indexer', 'rag-orchestrator', 'admin']) expect(of(`voiceassist-${service}`)['ENCRYPTION_KEYS']).toBe(keys);
    expect(Buffer.from(of('voiceassist-admin')['AUDIT_KEY_ENCRYPTION_KEY'] ?? '', 'base64')).toHaveLength(32);
  });

  it('let NATS know every service, and every service NATS by the name that the charts use', () => {
    const { container } = parse(textOf('infra/nats/helm-values.yaml')) as { container: { env: object } }; // a map at the top
    const known = of('nats-nkeys', 'voiceassist-data');
    expect(Object.keys(known).sort()).toEqual(Object.keys(container.env).sort());
    const authority = new X509Certificate(of('nats-ca', 'voiceassist-data')['ca.crt'] ?? '');
    const server = new X509Certificate(of('nats-tls', 'voiceassist-data')['tls.crt'] ?? '');
    expect(server.verify(authority.publicKey)).toBe(true);
    for (const service of services) {
      const { NATS_NKEY_SEED_FILE: seed = '', NATS_TLS_CERT_FILE: certificate = '', NATS_TLS_CA_FILE: ca } = of(`voiceassist-${service}`);
      expect(keyPairs.fromSeed(Buffer.from(seed)).getPublicKey()).toBe(known[publicKeyVariable(service)]);
      expect(new X509Certificate(certificate).verify(authority.publicKey)).toBe(true);
      expect(ca).toBe(of('nats-ca', 'voiceassist-data')['ca.crt']);
      expect(server.checkHost(new URL(chartOf(service).settings['BUS_URL'] ?? '').hostname)).toBeTruthy();
    }
  });

  it('make the certificate of NATS anew when its names change', async () => {
    await makeSecrets(root, addressesInCluster({ NATS_HOSTS: 'bus.hospital.example' }));
    expect(new X509Certificate(readFileSync(join(root, 'nats', 'server.pem'))).checkHost('bus.hospital.example')).toBe('bus.hospital.example');
  });

  it('give the job that makes roles the passwords of the database alone', () => {
    expect(Object.keys(of('voiceassist-databases'))).toEqual(['passwords.json']);
    const passwords = JSON.parse(of('voiceassist-databases')['passwords.json'] ?? '') as Record<string, string>; // made above
    expect(Object.keys(passwords).sort()).toEqual(['postgres', 'postgres-exporter', ...databaseSchemas.map((schema) => `database.${schema}`)].sort());
    expect(of('voiceassist-postgres-superuser', 'voiceassist-data')).toEqual({ username: 'postgres', password: passwords['postgres'] });
    expect(of('voiceassist-users')['DATABASE_URL']).toContain(`:${passwords['database.users'] ?? ''}@`);
  });

  it('are the ones that the values of the stores name', () => {
    const named = new Set(['postgres', 'nats', 'redis', 'qdrant'].flatMap((store) => [...textOf(`infra/${store}/helm-values.yaml`).matchAll(/(?:secretName|superuserSecret|existingSecret): ([\w-]+)|secretKeyRef: \{ name: ([\w-]+)/g)].map(([, plain, reference]) => plain ?? reference)));
    expect(secrets.filter(({ metadata }) => metadata.namespace === 'voiceassist-data').map(({ metadata }) => metadata.name).sort()).toEqual([...named].sort());
    expect(existsSync(join(root, 'installation', 'passwords.json'))).toBe(true);
  });
});
