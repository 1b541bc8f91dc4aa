import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { serviceNames } from '../../distributed/environment.js';
import { exporters } from '../../observability/metrics/outside-metrics.js';
import { root } from './engine.js';

interface ComposeService {
  readonly image: string;
  /** Text where an address is part of it, else the two numbers. */
  readonly ports?: readonly (string | { readonly published: number; readonly target: number })[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}
interface Composed {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

const combinations: Readonly<Record<string, readonly string[]>> = {
  laptop: [],
  observed: ['observability'],
  'with Nextcloud': ['nextcloud'],
  server: ['prod'],
  'observed server': ['prod', 'observability', 'prod.observability'],
  everything: ['prod', 'observability', 'prod.observability', 'nextcloud'],
};
const settings = { SECRETS_DIR: '/srv/voiceassist/secrets', DOMAIN: 'assistant.example', IMAGE_PREFIX: 'registry.example/voiceassist/', IMAGE_TAG: '1.2.3', GATEWAY_PORT: '' };
const dataStores = ['postgres', 'redis', 'nats', 'qdrant'];
/** One-shot commands are over before anybody could ask how they are. */
const commands = ['secrets', 'databases'];
const withoutDigest = ['nats-exporter', 'nextcloud', 'redis-exporter'];
const loopback = /^127\.0\.0\.1:/;
const program = ['/usr/bin/docker-compose', '/usr/local/bin/docker-compose'].find((path) => existsSync(path));

function compose(overlays: readonly string[], environment: Readonly<Record<string, string>> = settings): Composed {
  const files = ['compose.yml', ...overlays.map((name) => `compose.${name}.yml`)].flatMap((name) => ['--file', join(root, 'docker', name)]);
  // outside of any folder whose .env could change the outcome
  const text = execFileSync(program ?? '', [...files, 'config'], { encoding: 'utf8', cwd: '/', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], ...environment } });
  return parse(text) as Composed; // the program's own, checked form
}

if (!program) process.stderr.write('SKIPPED docker-compose not installed\n');

(program ? describe : describe.skip).each(Object.entries(combinations))('compose, %s', (_name, overlays) => {
  const { services, networks } = compose(overlays);
  const all = Object.entries(services);
  const ours = all.filter(([name]) => (serviceNames as readonly string[]).includes(name));
  const names = (filter: (service: ComposeService, name: string) => boolean) => all.filter(([name, service]) => filter(service, name)).map(([name]) => name);

  it('has all eight services and their stores', () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining([...serviceNames, ...dataStores]));
  });

  it('opens no data store and, beyond the edge, nothing to other machines', () => {
    expect(names(({ ports }, name) => dataStores.includes(name) && (ports?.length ?? 0) > 0)).toEqual([]);
    expect(names(({ ports = [] }, name) => name !== 'edge' && ports.some((port) => typeof port !== 'string' || !loopback.test(port)))).toEqual([]);
    expect(networks['inside']?.internal).toBe(true);
    expect(dataStores.map((name) => Object.keys(services[name]?.networks ?? {}))).toEqual(dataStores.map(() => ['inside']));
  });

  it('pins what it runs', () => {
    expect(names(({ image }) => !/:[^/]*\d/.test(image) && !image.endsWith(':local'))).toEqual([]);
    expect(names(({ image }) => /:latest\b/.test(image))).toEqual([]);
    // ours come from your registry under its release; of these no digest could be known here (docs/operations/verification.md)
    const foreign = all.filter(([, { image }]) => !/(?:registry\.example|voiceassist)\//.test(image) && !/@sha256:[0-9a-f]{64}$/.test(image)).map(([name]) => name);
    expect(foreign.sort()).toEqual(withoutDigest.filter((name) => services[name]));
  });

  it('limits memory, processors, processes and logs of everything', () => {
    for (const limit of ['mem_limit', 'cpus', 'pids_limit', 'logging']) expect(names((service) => service[limit] === undefined)).toEqual([]);
  });

  it('takes away what nothing needs', () => {
    expect(names(({ read_only: readOnly }) => readOnly !== true)).toEqual([]);
    expect(names(({ cap_drop: dropped }) => JSON.stringify(dropped) !== '["ALL"]')).toEqual([]);
    expect(names(({ security_opt: options }) => !(options as string[] | undefined)?.includes('no-new-privileges:true'))).toEqual([]);
    expect(names(({ privileged, pid, ipc }) => privileged !== undefined || pid !== undefined || ipc !== undefined)).toEqual([]);
    expect(ours.map(([, { user }]) => user)).toEqual(ours.map(() => '10001:10001'));
  });

  it('asks everything that stays how it is, and starts it again', () => {
    expect(names(({ healthcheck }, name) => !commands.includes(name) && !healthcheck?.test?.length)).toEqual([]);
    expect(names(({ restart }) => !/^(?:always|unless-stopped|on-failure)$/.test(String(restart)))).toEqual([]);
  });

  it('hands secrets over as files, to each its own', () => {
    const inPlace = /(?:PASSWORD|SECRET|API_KEY|ENCRYPTION_KEYS|DATABASE_URL|KV_URL|JOBS_URL|DATA_SOURCE_PASS)$/;
    expect(names(({ environment = {} }) => Object.keys(environment).some((key) => inPlace.test(key)))).toEqual([]);
    for (const [name, { volumes = [] }] of ours) {
      const secrets = volumes.filter((volume) => volume.includes('secrets'));
      expect(secrets).toEqual([overlays.includes('prod') ? `${settings.SECRETS_DIR}/${name}:/run/secrets:ro` : `secrets-${name}:/run/secrets:ro`]);
    }
  });

  it('lets none but the commands that make them see all secrets', () => {
    expect(names(({ volumes = [] }) => volumes.some((volume) => volume.includes('installation')))).toEqual(commands.filter((name) => services[name]).sort());
  });
});

(program ? describe : describe.skip)('compose with those that watch', () => {
  const observed = (environment: Readonly<Record<string, string>> = settings, overlays = ['observability']) => compose(overlays, environment).services;
  const volumesOf = (services: Composed['services'], name: string) => services[name]?.volumes ?? [];

  it('gives a volume to an account that is not root where the image has no folder to take the owner from', () => {
    const services = observed();
    const image = readFileSync(join(root, 'docker', 'assemble.mjs'), 'utf8');
    for (const name of ['nats', 'jaeger']) {
      expect(services[name]?.['user']).toBe('10001:10001');
      expect(volumesOf(services, name)).toContain(`${name}:/data:rw`);
      expect(volumesOf(services, 'secrets')).toContain(`${name}:/volumes/${name}:rw`);
      expect(Object.keys(services[name]?.['depends_on'] ?? {})).toContain('secrets');
      expect(image).toContain(`'volumes/${name}'`);
    }
  });

  it('asks an exporter only for what it answers', () => {
    // after the sources of each: the one for NATS has no page but its numbers
    const pages = { 'nats-exporter': ':7777/metrics', 'redis-exporter': ':9121/health', 'postgres-exporter': ':9187/', 'node-exporter': ':9100/', 'blackbox-exporter': ':9115/-/healthy' };
    const services = observed();
    const asked = Object.keys(pages).map((name) => [name, services[name]?.healthcheck?.test?.at(-1)]);
    expect(asked).toEqual(Object.entries(pages).map(([name, page]) => [name, `http://127.0.0.1${page}`]));
  });

  it('names the numbers of NATS as its chart does, and as the rules ask for them', () => {
    expect(observed()['nats-exporter']?.['command']).toContain('-prefix=nats');
    const asked = exporters.find(({ name }) => name === 'prometheus-nats-exporter')?.metrics ?? [];
    expect(asked.filter((name) => !/^nats_(?:varz|server|stream|consumer)_/.test(name))).toEqual([]);
  });

  it('lets Prometheus read the key of Qdrant and the names under which people open the product', () => {
    const here = join(root, 'infra/prometheus/targets/edge');
    // inside a folder that is mounted read-only Docker cannot make the place for another
    expect(existsSync(here)).toBe(true);
    expect(volumesOf(observed(), 'prometheus')).toEqual(expect.arrayContaining([`${here}:/etc/prometheus/targets/edge:ro`, 'secrets-qdrant:/run/secrets:ro']));
    const onServer = observed({ ...settings, EDGE_TARGETS_DIR: '/srv/voiceassist/edge' }, ['prod', 'observability', 'prod.observability']);
    expect(volumesOf(onServer, 'prometheus')).toEqual(expect.arrayContaining(['/srv/voiceassist/edge:/etc/prometheus/targets/edge:ro', `${settings.SECRETS_DIR}/qdrant:/run/secrets:ro`]));
  });
});

(program ? describe : describe.skip)('compose on a server', () => {
  it('does not start without what has no safe default', () => {
    for (const name of ['SECRETS_DIR', 'DOMAIN', 'IMAGE_PREFIX', 'IMAGE_TAG']) {
      const { [name as keyof typeof settings]: _left, ...rest } = settings;
      expect(() => compose(['prod'], rest)).toThrow();
    }
  });

  it('has one door and more than one of what answers behind it', () => {
    const { services } = compose(['prod']);
    expect(services['edge']?.ports).toEqual([{ published: 80, target: 80 }, { published: 443, target: 443 }]);
    expect(['auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'admin'].map((name) => services[name]?.['scale'])).toEqual([2, 2, 2, 2, 2, 2]);
    expect(services['gateway']?.environment).toMatchObject({ TRUST_PROXY: '1', PUBLIC_URL: 'https://assistant.example' });
  });
});
