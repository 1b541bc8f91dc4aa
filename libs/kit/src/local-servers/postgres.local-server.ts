import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalServer, type LocalServer, type LocalServerOptions, type Place } from './local-server.js';
import { requireProgram } from './server-binaries.js';

const run = promisify(execFile);

type Account = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root, so root lends it the account of the package, or nobody's. */
function accountForPostgres(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry) throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** All programs from one installation: what lies on the PATH may be a link to it, or a wrapper for another version. */
function postgresProgram(name: 'initdb' | 'postgres' | 'pg_isready'): string {
  return join(dirname(realpathSync(requireProgram('postgres'))), name);
}

async function passwordOf(folder: string): Promise<string> {
  const file = join(folder, 'password');
  if (!existsSync(file)) await writeFile(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFile(file, 'utf8');
}

async function initialise(place: Place, { account, password }: { account?: Account; password: string }): Promise<void> {
  const data = join(place.folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const passwordFile = join(data, '..', 'password.init');
  if (account) await chown(place.folder, account.uid, account.gid);
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) await Promise.all([data, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  try {
    const options = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale=C.UTF-8'];
    await run(postgresProgram('initdb'), place.temporary ? [...options, '--no-sync'] : options, { cwd: '/', ...account });
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw new Error(`initdb failed in ${data}; the folder must be reachable for the account that runs PostgreSQL`, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function postgresArguments({ folder, port, temporary }: Place): string[] {
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, max_connections: 200, shared_buffers: '64MB' };
  // a temporary database is thrown away, so it need not wait for the disk; it still survives kill -9
  const lax = temporary ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {};
  return ['-D', join(folder, 'data'), ...Object.entries({ ...settings, ...lax }).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** A PostgreSQL server whose `url` signs in as the superuser `postgres` with a generated password kept in its folder. */
export function startPostgres(options: LocalServerOptions = {}): Promise<LocalServer> {
  return startLocalServer(
    {
      name: 'postgres',
      prepare: async (place) => {
        const account = accountForPostgres();
        const password = await passwordOf(place.folder);
        await initialise(place, { account, password });
        return {
          url: `postgres://postgres:${password}@127.0.0.1:${place.port}/postgres`,
          command: {
            name: 'postgres',
            binary: postgresProgram('postgres'),
            account,
            arguments: postgresArguments(place),
            logFile: join(place.folder, 'server.log'),
            stopSignal: 'SIGINT',
            orphanSignal: 'SIGQUIT',
            isReady: () => isAccepting(place.port),
          },
        };
      },
    },
    options,
  );
}

async function isAccepting(port: number): Promise<boolean> {
  try {
    await run(postgresProgram('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]);
    return true;
  } catch {
    return false;
  }
}
