import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { helmBinary, type HelmVersion } from './helm-binaries.js';
import type { KubernetesObject } from './kubernetes-object.js';

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
  readonly errors: string;
}

const charts = fileURLToPath(new URL('../../../../helm', import.meta.url));

/** A chart and one of its files of values; the name `default` is none. */
export interface Scenario {
  readonly chart: string;
  readonly name: string;
}

/** A copy of the charts in which one version of Helm works, away from the user's Helm and from the network. */
export class HelmWorkspace {
  private constructor(readonly version: HelmVersion, private readonly binary: string, private readonly folder: string, private readonly home: string) {}

  /** `home` is where credentials of registries are; unless said, nowhere. */
  static async open(version: HelmVersion, { home }: { home?: string | undefined } = {}): Promise<HelmWorkspace | null> {
    const binary = await helmBinary(version);
    if (!binary) return null;
    const folder = await mkdtemp(join(tmpdir(), `charts-${version}-`));
    await cp(charts, folder, { recursive: true, filter: (source) => !/\.tgz$|Chart\.lock$/.test(source) });
    return new HelmWorkspace(version, binary, folder, home ?? folder);
  }

  /** Service charts first: the umbrella packs them with what they depend on. */
  async charts(): Promise<string[]> {
    return [...(await readdir(join(this.folder, 'charts'))).sort().map((name) => `charts/${name}`), 'voiceassist'];
  }

  async scenarios(): Promise<Scenario[]> {
    const found: Scenario[] = [];
    for (const chart of await this.charts()) {
      const files = await readdir(join(this.folder, chart, 'ci')).catch(() => []);
      found.push({ chart, name: 'default' }, ...files.sort().map((name) => ({ chart, name })));
    }
    return found;
  }

  run(...parameters: readonly string[]): Promise<Outcome> {
    const env = { HOME: this.home, HELM_CACHE_HOME: join(this.folder, '.cache'), HELM_CONFIG_HOME: join(this.folder, '.config'), HELM_DATA_HOME: join(this.folder, '.data') };
    return new Promise((resolve) => {
      execFile(this.binary, parameters, { cwd: this.folder, env, timeout: 120_000, maxBuffer: 32 * 1024 * 1024 }, (error, output, errors) => resolve({ ok: !error, output, errors }));
    });
  }

  template({ chart, name }: Scenario, ...parameters: readonly string[]): Promise<Outcome> {
    const values = name === 'default' ? [] : ['--values', join(chart, 'ci', name)];
    return this.run('template', 'va', chart, '--namespace', 'voiceassist', '--kube-version', '1.33.0', ...values, ...parameters);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Rendered text as objects, read as Kubernetes reads it (YAML 1.1, where `no` is a boolean). */
export function objectsIn(text: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { version: '1.1', merge: false });
  return [...documents].flatMap((document) => {
    const [fault] = document.errors;
    if (fault) throw fault;
    const value = document.toJS() as KubernetesObject | null; // the type check proves the shape
    return value ? [value] : [];
  });
}
