import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type ServerKind = 'nats' | 'redis' | 'postgres';

const debianPostgres = '/usr/lib/postgresql';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function postgresFolders(): string[] {
  try {
    return readdirSync(debianPostgres)
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join(debianPostgres, version, 'bin'));
  } catch {
    return [];
  }
}

/** Full path of an installed program, or null. Debian keeps some servers out of a normal user's PATH. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', ...postgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

export const serverPrograms: Readonly<Record<ServerKind, string>> = { nats: 'nats-server', redis: 'redis-server', postgres: 'postgres' };

/** Why a server cannot be started on this machine, or null when it can. */
export function whyMissing(kind: ServerKind): string | null {
  const program = serverPrograms[kind];
  return findProgram(program) ? null : `${program} is not installed`;
}

export function requireProgram(name: string): string {
  const path = findProgram(name);
  if (!path) throw new Error(`${name} is not installed on this machine`);
  return path;
}
