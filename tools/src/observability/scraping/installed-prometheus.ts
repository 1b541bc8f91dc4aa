import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.js';

/** The folders of a Prometheus in a container: its configuration and its secrets. */
const inContainer = { configuration: '/etc/prometheus', secrets: '/run/secrets' } as const;

/**
 * What compose mounts for Prometheus, in a folder of this machine; answers the path of its configuration. Nothing of it
 * is changed but the names of folders and, on request, how often it looks.
 */
export function installedPrometheus(folder: string, everySeconds?: number): string {
  cpSync(join(root, 'infra', 'prometheus'), folder, { recursive: true });
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  writeFileSync(join(folder, 'secrets', 'read-only-key'), 'the key that reads');
  const path = join(folder, 'prometheus.yml');
  const inPlace = readFileSync(path, 'utf8').replaceAll(`${inContainer.configuration}/`, `${folder}/`).replaceAll(`${inContainer.secrets}/`, `${join(folder, 'secrets')}/`);
  writeFileSync(path, everySeconds ? inPlace.replaceAll(/(_interval|_timeout): \d+s/g, `$1: ${everySeconds}s`) : inPlace);
  return path;
}
