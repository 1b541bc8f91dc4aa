import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { run } from '../programs.js';
import { watchersFile } from './release-files.js';
import type { ServiceState } from './runtime.js';

interface Composed {
  readonly services: Readonly<Record<string, { readonly image?: string }>>;
}

/** Names of the watchers that run by these files. */
function watchersIn(files: readonly string[]): string[] {
  const file = files.find((each) => basename(each) === watchersFile && existsSync(each));
  if (file === undefined) return [];
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as Composed; // compose has checked it
  return Object.entries(services).filter(([, { image }]) => image !== undefined).map(([name]) => name);
}

const format = '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}';

/** How those are that watch the product; what watches has no say in whether the product may run. */
export async function watcherStates(files: readonly string[], containerOf: (service: string) => Promise<string>): Promise<ServiceState[]> {
  return Promise.all(watchersIn(files).map(async (name) => {
    const container = await containerOf(name).catch(() => '');
    const state = container === '' ? '' : await run({ program: 'docker', words: ['inspect', '--format', format, container] }, { timeoutMs: 60_000 }).catch(() => '');
    const [status = '', health = ''] = state.trim().split(' ');
    return { name, ready: status === 'running' && /^(?:healthy)?$/.test(health), detail: [status || 'is not running', health].filter(Boolean).join(', ') };
  }));
}
