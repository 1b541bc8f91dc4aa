import { spawnSync } from 'node:child_process';
import { run } from '../programs.js';

/** From this engine on images have no `ContainerConfig`, without which docker-compose 1 cannot replace a container. */
const firstWithoutContainerConfig = 25;

/** `docker-compose` 1.29 of Debian, or the plugin of newer engines. */
export function composeProgram(): readonly [string, ...string[]] {
  return hasPlugin() ? ['docker', 'compose'] : ['docker-compose'];
}

function hasPlugin(): boolean {
  return spawnSync('docker', ['compose', 'version'], { stdio: 'ignore', env: process.env }).status === 0;
}

/** Why compose and the engine of this machine do not go together, or nothing. */
export async function composeFaults(): Promise<string[]> {
  if (hasPlugin()) return [];
  const version = (await run({ program: 'docker', words: ['version', '--format', '{{.Server.Version}}'] }, { timeoutMs: 60_000 }).catch(() => '')).trim();
  if (Number.parseInt(version, 10) < firstWithoutContainerConfig || version === '') return [];
  return [`docker-compose 1 cannot replace containers of Docker ${version}: install the plugin (docker-compose-v2, docker-compose-plugin or docker-compose 2 of your system)`];
}
