import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Product, root } from './product.js';

/** What watches the product: Prometheus with the rules of `infra/`, and the exporters that Debian has. */
const programs = { prometheus: 'prometheus', node: 'prometheus-node-exporter', postgres: 'prometheus-postgres-exporter', redis: 'prometheus-redis-exporter', blackbox: 'prometheus-blackbox-exporter' } as const;
type Part = keyof typeof programs;

const pathOf = (part: Part) => `/usr/bin/${programs[part]}`;
export const missingPrograms = (): string[] => (Object.keys(programs) as Part[]).filter((part) => !existsSync(pathOf(part))).map((part) => programs[part]);

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: [number, string];
}

export interface WatchedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** Numbers as `tools/deploy` writes them after a backup and a drill; their form is fixed, their values are made up here. */
const backupNumbers = (nowSeconds: number) =>
  ['backup_last_success_timestamp_seconds', 'restore_drill_last_success_timestamp_seconds'].map((name) => `voiceassist_${name} ${nowSeconds}`)
    .concat('voiceassist_backup_size_bytes 1048576', 'voiceassist_backup_duration_seconds 3.5', '').join('\n');

interface State {
  readonly services: Record<string, { url: string }>;
  readonly infrastructure: Record<string, { url: string }>;
}

/** A real Prometheus that reads the started product every second, with the exporters beside the stores. */
export class Watch {
  private readonly children: ChildProcess[] = [];

  private constructor(
    readonly url: string,
    /** Address of PostgreSQL for whoever may read everything. */
    readonly administratorOfDatabase: string,
  ) {}

  static async over(product: Product): Promise<Watch> {
    const ports = Object.fromEntries(await Promise.all((Object.keys(programs) as Part[]).map(async (part) => [part, await freePort()]))) as Record<Part, number>; // one for each part
    const folder = join(product.dataFolder, 'watch');
    mkdirSync(join(folder, 'textfile'), { recursive: true });
    writeFileSync(join(folder, 'textfile', 'backup.prom'), backupNumbers(Math.floor(Date.now() / 1000)));
    const state = JSON.parse(readFileSync(join(product.dataFolder, 'distributed.json'), 'utf8')) as State; // the starter writes this form
    const watch = new Watch(`http://127.0.0.1:${ports.prometheus}`, databaseUrl(state, 'postgres', readFileSync(join(product.dataFolder, 'postgres', 'password'), 'utf8')));
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration(state, ports)));
    watch.startExporters({ product, state, ports, folder });
    watch.start('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${ports.prometheus}`]);
    await watch.until(async () => (await fetch(`${watch.url}/-/ready`).catch(() => null))?.ok === true);
    return watch;
  }

  /** What a query answers now; values that are no numbers do not count. */
  async query(expression: string): Promise<Sample[]> {
    const answer = await fetch(`${this.url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expression }) });
    const { status, data, error } = (await answer.json()) as { status: string; data?: { resultType: string; result: Sample[] }; error?: string }; // Prometheus' published form
    if (status !== 'success' || !data) throw new Error(`${error}: ${expression}`);
    return data.result.filter(({ value }) => value[1] !== 'NaN');
  }

  async alerts(): Promise<WatchedAlert[]> {
    const { data } = (await (await fetch(`${this.url}/api/v1/alerts`)).json()) as { data: { alerts: WatchedAlert[] } }; // Prometheus' published form
    return data.alerts;
  }

  /** Rules that could not be evaluated. */
  async brokenRules(): Promise<string[]> {
    const { data } = (await (await fetch(`${this.url}/api/v1/rules`)).json()) as { data: { groups: { rules: { name: string; health: string }[] }[] } }; // Prometheus' published form
    return data.groups.flatMap(({ rules }) => rules).filter(({ health }) => health === 'err').map(({ name }) => name);
  }

  /** Waits until every target has been read. */
  async untilEverythingIsRead(targets: number): Promise<void> {
    await this.until(async () => (await this.query('up == 1')).length >= targets);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
    })));
  }

  private startExporters({ product, state, ports, folder }: { product: Product; state: State; ports: Record<Part, number>; folder: string }): void {
    const listen = (part: Part) => `--web.listen-address=127.0.0.1:${ports[part]}`;
    const secrets = JSON.parse(readFileSync(join(product.dataFolder, 'secrets.json'), 'utf8')) as Record<string, string>; // the starter writes this form
    this.start('node', [listen('node'), `--collector.textfile.directory=${join(folder, 'textfile')}`]);
    this.start('postgres', [listen('postgres')], { PG_EXPORTER_EXTEND_QUERY_PATH: join(root, 'infra', 'postgres', 'exporter-queries.yaml'), DATA_SOURCE_NAME: databaseUrl(state, 'va_auth', secrets['database.auth'] ?? '') });
    this.start('redis', [listen('redis').slice(1), `-redis.addr=${state.infrastructure['redis']?.url ?? ''}`]);
    this.start('blackbox', [listen('blackbox'), '--config.file=/etc/prometheus/blackbox.yml']);
  }

  private start(part: Part, words: string[], environment: Record<string, string> = {}): void {
    this.children.push(spawn(pathOf(part), words, { stdio: process.env['WATCH_LOG'] ? 'inherit' : 'ignore', env: { PATH: process.env['PATH'], ...environment } }));
  }

  private async until(isTrue: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 30_000; !(await isTrue().catch(() => false)); await sleep(200)) if (Date.now() > deadline) throw new Error('the watch does not see the product after 30 s');
  }
}

function databaseUrl({ infrastructure }: State, username: string, password: string): string {
  const { host } = new URL(infrastructure['postgres']?.url ?? '');
  return `postgres://${username}:${password}@${host}/postgres?sslmode=disable`;
}

/** The jobs of `infra/prometheus/prometheus.yml` on the ports of this run, read once a second. */
function configuration({ services }: State, ports: Record<Part, number>): object {
  const at = (port: number) => [{ targets: [`127.0.0.1:${port}`] }];
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '2s' },
    rule_files: [join(root, 'infra', 'prometheus', 'rules', '*.yaml')],
    scrape_configs: [
      { job_name: 'voiceassist', honor_labels: true, static_configs: Object.entries(services).map(([service, { url }]) => ({ targets: [new URL(url).host], labels: { service } })) },
      { job_name: 'prometheus', static_configs: at(ports.prometheus) },
      { job_name: 'node', honor_labels: true, static_configs: at(ports.node) },
      { job_name: 'postgres', static_configs: at(ports.postgres) },
      { job_name: 'redis', static_configs: at(ports.redis) },
      {
        job_name: 'edge', metrics_path: '/probe', params: { module: ['http_2xx'], target: [`${services['gateway']?.url}/health`] }, static_configs: at(ports.blackbox),
      },
    ],
  };
}
