import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, whenServer, type LocalServer } from '@voiceassist/kit';
import pg from 'pg';
import { parse } from 'yaml';
import { certificatesIn } from '../permissions/certificates.js';
import { renderNatsPermissions } from '../permissions/render-permissions.js';
import { addressesFrom, services } from './consumers.js';
import { provisionDatabases } from './databases.js';
import { firstPassword, makeSecrets } from './secrets.js';

const addresses = addressesFrom({});

function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(path, 'utf8')]));
}

describe('the secrets of an installation', () => {
  let root: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'va-provision-'));
    chmodSync(root, 0o711);
    await makeSecrets(root, addresses);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('stay the same however often they are made', async () => {
    const before = contentOf(root);
    await makeSecrets(root, addresses);
    expect(contentOf(root)).toEqual(before);
  });

  it('reach each service as files that it alone can read', () => {
    for (const service of services) {
      const names = readdirSync(join(root, service));
      expect(names).toEqual(expect.arrayContaining(['KV_URL', 'JOBS_URL', 'nats.nkey', 'nats.pem', 'nats.key', 'nats-ca.pem', 'encryption.keys']));
      for (const name of names) expect(statSync(join(root, service, name)).mode & 0o777).toBe(0o400);
    }
    expect(statSync(join(root, 'installation')).mode & 0o077).toBe(0);
    expect(readFileSync(join(root, 'users', 'DATABASE_URL'), 'utf8')).toMatch(/^postgres:\/\/va_users:[\w-]{32}@postgres:5432\/voiceassist$/);
    expect(readdirSync(join(root, 'gateway'))).not.toContain('DATABASE_URL');
    const seeds = services.map((service) => readFileSync(join(root, service, 'nats.nkey'), 'utf8'));
    expect(new Set(seeds).size).toBe(services.length);
  });

  it('give the first administrator a password that can be typed', () => {
    const password = firstPassword(root);
    expect(password).toMatch(/^(?:[a-z2-9]{5}-){4}[a-z2-9]{5}$/);
    expect(readFileSync(join(root, 'auth', 'ADMIN_PASSWORD'), 'utf8')).toBe(password);
  });

  it('give Qdrant one key for its service and another, which only reads, for Prometheus', () => {
    const { service } = parse(readFileSync(join(root, 'qdrant', 'qdrant.yaml'), 'utf8')) as { service: Record<string, string> }; // made above
    expect(service).toEqual({ api_key: readFileSync(join(root, 'kb-indexer', 'VECTOR_API_KEY'), 'utf8'), read_only_api_key: readFileSync(join(root, 'qdrant', 'read-only-key'), 'utf8') });
    expect(new Set(Object.values(service)).size).toBe(2);
  });

  whenServer('nats', () => {
    it('make a configuration of NATS that holds the generated permissions and that the server accepts', () => {
      const text = readFileSync(join(root, 'nats', 'nats-server.conf'), 'utf8');
      expect(text).toContain(renderNatsPermissions());
      const here = join(root, 'nats-here.conf');
      writeFileSync(here, text.replaceAll('/run/secrets', join(root, 'nats')).replace('/data/jetstream', join(root, 'jetstream')));
      execFileSync('nats-server', ['-t', '-c', here], { timeout: 20_000, stdio: 'pipe' });
    });
  });
});

whenServer('postgres', () => {
  describe('the databases of an installation', () => {
    let server: LocalServer;
    let root: string;

    beforeAll(async () => {
      server = await startPostgres();
      root = mkdtempSync(join(tmpdir(), 'va-provision-'));
      mkdirSync(join(root, 'installation'));
      writeFileSync(join(root, 'installation', 'passwords.json'), JSON.stringify({ postgres: new URL(server.url).password }));
    }, 60_000);
    afterAll(async () => {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    });

    /** As an operator in a cluster sets its server up: nobody comes in without TLS. */
    async function demandTls(): Promise<void> {
      const { server: files } = await certificatesIn(join(root, 'tls'), [], []);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      const { rows } = await client.query<{ hba: string; data: string }>("SELECT current_setting('hba_file') AS hba, current_setting('data_directory') AS data");
      const [place] = rows;
      if (!place) throw new Error('the server does not say where it lies');
      const { uid, gid } = statSync(place.data);
      for (const [name, from] of [['server.crt', files.certFile], ['server.key', files.keyFile]] as const) {
        copyFileSync(from, join(place.data, name));
        chownSync(join(place.data, name), uid, gid);
        chmodSync(join(place.data, name), 0o600);
      }
      writeFileSync(place.hba, 'hostssl all all all scram-sha-256\nhostnossl all all all reject\n');
      await client.query('ALTER SYSTEM SET ssl = on');
      await client.query('SELECT pg_reload_conf()');
      await client.end();
    }

    it('let each service in with its own address, twice over', async () => {
      const here = addressesFrom({ POSTGRES_ADDRESS: `127.0.0.1:${server.port}`, POSTGRES_DATABASE: 'postgres' });
      await makeSecrets(root, here);
      await provisionDatabases(root, here);
      await provisionDatabases(root, here);
      const client = new pg.Client({ connectionString: readFileSync(join(root, 'kb-indexer', 'DATABASE_URL'), 'utf8') });
      await client.connect();
      const { rows } = await client.query<{ name: string; schemas: string }>('SELECT current_user AS name, current_schema() AS schemas');
      await client.end();
      expect(rows).toEqual([{ name: 'va_kb_indexer', schemas: 'kb_indexer' }]);
    }, 60_000);

    it('are also made where the server takes nobody in clear', async () => {
      await demandTls();
      const place = { POSTGRES_ADDRESS: `127.0.0.1:${server.port}`, POSTGRES_DATABASE: 'postgres' };
      await expect(provisionDatabases(root, addressesFrom(place))).rejects.toMatchObject({ code: '28000' });
      const here = addressesFrom({ ...place, POSTGRES_SSLMODE: 'require' });
      await provisionDatabases(root, here);
      await makeSecrets(root, here);
      expect(readFileSync(join(root, 'users', 'DATABASE_URL'), 'utf8')).toMatch(/\?sslmode=require$/);
      await expect(provisionDatabases(root, addressesFrom({ ...place, POSTGRES_SSLMODE: 'verify-full' }))).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
      expect(() => addressesFrom({ ...place, POSTGRES_SSLMODE: 'prefer' })).toThrow(/POSTGRES_SSLMODE/);
    }, 60_000);
  });
});
