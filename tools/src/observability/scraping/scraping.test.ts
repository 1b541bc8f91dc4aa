import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@voiceassist/kit';
import { serviceNames } from '../../distributed/environment.js';
import { certificatesIn } from '../../permissions/certificates.js';
import { debianProgram } from '../debian-program.js';
import { installedPrometheus } from './installed-prometheus.js';
import { NameServer } from './name-server.js';

const prometheus = debianProgram('prometheus', 'prometheus');
const blackbox = debianProgram('prometheus-blackbox-exporter', 'prometheus-blackbox-exporter');
/** Names are asked of a server of ours in a view of the file system of its own, which only root may make. */
const unshare = '/usr/bin/unshare';
const canRun = Boolean(prometheus && blackbox && existsSync(unshare) && process.getuid?.() === 0);
if (!canRun) process.stderr.write('SKIPPED scraping needs Linux, root, prometheus and prometheus-blackbox-exporter\n');

/** Addresses of this run alone: every one that begins with 127 is this machine. */
const network = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
const address = (host: number) => `${network}.${host}`;
const firstService = 10;
const replicasOf = new Map(serviceNames.map((name, index) => [name as string, [address(firstService + index)]]));
const secondAuth = address(100);
const door = 'assistant.example';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: [number, string];
}

(canRun ? describe : describe.skip)('Prometheus with the configuration that compose mounts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scraping-'));
  const servers: Server[] = [];
  const children: ChildProcess[] = [];
  let names: NameServer;
  let url: string;
  let doorUrl: string;

  const listen = (server: Server, host: string, port: number) => new Promise<void>((resolve) => {
    servers.push(server);
    server.listen(port, host, resolve);
  });
  const numbers: RequestListener = (_request, response) => response.end('service_ready 1\n');
  /** As Qdrant does: the key in a header of its own, or as a bearer token. */
  const qdrant: RequestListener = ({ headers }, response) => {
    const given = headers['api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
    if (given === 'the key that reads') return response.end('collections_total 3\n');
    return response.writeHead(401).end('Must provide an API key or an Authorization bearer token');
  };

  async function openServers(): Promise<void> {
    for (const host of [...replicasOf.values()].flat().concat(secondAuth)) await listen(createServer(numbers), host, 9464);
    await listen(createServer((_request, response) => response.end('ok')), replicasOf.get('gateway')?.[0] ?? '', 8080);
    await listen(createServer(qdrant), address(40), 6333);
    const { caFile, server } = await certificatesIn(join(folder, 'tls'), [], [door]);
    const port = await freePort();
    await listen(createTlsServer({ cert: readFileSync(server.certFile), key: readFileSync(server.keyFile) }, (_request, response) => response.end('ok')), address(50), port);
    doorUrl = `https://${door}:${port}/health`;
    start(blackbox ?? '', [`--config.file=${join(folder, 'prometheus', 'blackbox.yml')}`, `--web.listen-address=${address(41)}:9115`], { SSL_CERT_FILE: caFile });
  }

  function start(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
    const place = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
    const stdio = process.env['WATCH_LOG'] ? 'inherit' : 'ignore';
    children.push(spawn(unshare, ['--mount', 'sh', '-c', place, join(folder, 'resolv.conf'), program, ...words], { stdio, env: { PATH: process.env['PATH'], ...environment } }));
  }

  async function query(expression: string): Promise<Sample[]> {
    const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expression }) });
    return ((await answer.json()) as { data: { result: Sample[] } }).data.result; // Prometheus' published form
  }

  /** What a query answers once it answers that, or after a while whatever it answers. */
  async function settled(expression: string, isWanted: (samples: Sample[]) => boolean): Promise<Sample[]> {
    for (const deadline = Date.now() + 40_000; ; await sleep(250)) {
      const samples = await query(expression).catch(() => []);
      if (isWanted(samples) || Date.now() > deadline) return samples;
    }
  }

  beforeAll(async () => {
    names = await NameServer.on(address(53), new Map<string, readonly string[]>([...replicasOf, ['qdrant', [address(40)]], ['blackbox-exporter', [address(41)]], [door, [address(50)]]]));
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${names.address}\noptions ndots:0\n`);
    const configuration = installedPrometheus(join(folder, 'prometheus'), 2);
    await openServers();
    writeFileSync(join(folder, 'prometheus', 'targets', 'edge', 'edge.yaml'), `- targets: ['${doorUrl}']\n`);
    const listenOn = `127.0.0.1:${await freePort()}`;
    url = `http://${listenOn}`;
    start(prometheus ?? '', [`--config.file=${configuration}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=${listenOn}`]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(children.map((child) => new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    })));
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    names?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  /** How many processes of each service it reads. */
  async function readProcesses(wanted: Readonly<Record<string, number>>): Promise<Record<string, number>> {
    const counted = (samples: Sample[]) => Object.fromEntries(samples.map(({ metric, value }) => [metric['service'] ?? '', Number(value[1])]));
    const same = (samples: Sample[]) => JSON.stringify(Object.entries(counted(samples)).sort()) === JSON.stringify(Object.entries(wanted).sort());
    return counted(await settled('count by (service) (up{job="voiceassist"} == 1)', same));
  }
  const oneEach = Object.fromEntries(serviceNames.map((name) => [name, 1]));

  it('reads every replica of a service under its name, also one that comes or goes', async () => {
    expect(await readProcesses(oneEach)).toEqual(oneEach);
    names.names.set('auth', [address(firstService + serviceNames.indexOf('auth')), secondAuth]);
    expect(await readProcesses({ ...oneEach, auth: 2 })).toEqual({ ...oneEach, auth: 2 });
    names.names.set('auth', [secondAuth]);
    expect(await readProcesses(oneEach)).toEqual(oneEach);
  }, 150_000);

  it('shows Qdrant the key that reads', async () => {
    const [found] = await settled('collections_total{job="qdrant"}', (samples) => samples.length > 0);
    expect(found?.value[1]).toBe('3');
    expect((await fetch(`http://${address(40)}:6333/metrics`)).status).toBe(401);
  }, 60_000);

  it('says all the time that it is awake, whatever it is called', async () => {
    expect(await settled('ALERTS{alertname="DeadMansSwitch",alertstate="firing"}', (samples) => samples.length > 0)).toHaveLength(1);
  }, 60_000);

  it('asks the door by the name that was deployed, and sees when its certificate ends', async () => {
    const ends = await settled('probe_ssl_earliest_cert_expiry', (samples) => samples.length > 0);
    expect(ends.map(({ metric }) => [metric['job'], metric['instance']])).toEqual([['edge', doorUrl]]);
    expect(Number(ends[0]?.value[1])).toBeGreaterThan(Date.now() / 1000);
    const open = await settled('probe_success == 1', (samples) => samples.length === 2);
    expect(open.map(({ metric }) => metric['instance']).sort()).toEqual(['http://gateway:8080/health', doorUrl]);
  }, 100_000);
});
