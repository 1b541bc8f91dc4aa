// Real servers and a browser for the tests, from Debian's packages where we may install them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orExplain, say } from './workspace.mjs';

function onPath(program) {
  return (process.env.PATH ?? '').split(':').concat('/usr/sbin', '/usr/bin').some((folder) => existsSync(join(folder, program)));
}

function hasPostgres() {
  const base = '/usr/lib/postgresql';
  return existsSync(base) && readdirSync(base).some((version) => existsSync(join(base, version, 'bin', 'initdb')));
}

/** A Debian package and the program by which its presence is known. */
const program = (name, binary = name) => ({ name, present: () => onPath(binary) });

const needed = [
  program('nats-server'),
  program('redis-server'),
  { name: 'postgresql', present: hasPostgres },
  program('chromium'),
  // what checks the monitoring: promtool, amtool and the exporters of the data stores
  program('prometheus', 'promtool'),
  program('prometheus-alertmanager', 'amtool'),
  program('prometheus-node-exporter'),
  program('prometheus-postgres-exporter'),
  program('prometheus-redis-exporter'),
  program('prometheus-blackbox-exporter'),
  // what builds and runs the images, and the edge with its certificates
  program('docker.io', 'dockerd'),
  program('docker-compose'),
  program('mmdebstrap'),
  program('pebble'),
  program('caddy'),
  program('shellcheck'),
  program('clamav-daemon', 'clamd'),
];

function install(packages) {
  const run = (args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  say(`Installing ${packages.join(', ')} from Debian's packages`);
  run(['update', '-qq']);
  return run(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** What is asked for by name, or everything. */
function chosen(names) {
  const unknown = names.filter((name) => !needed.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`no test needs ${unknown.join(', ')}; there are ${needed.map(({ name }) => name).join(', ')}`);
  return needed.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Installs what is missing; answers how many are still missing, each reported by name. In CI a missing one is fatal. */
export function ensureServers(ci, names = []) {
  const wanted = chosen(names);
  const missing = () => wanted.filter(({ present }) => !present()).map(({ name }) => name);
  if (missing().length > 0 && process.getuid?.() === 0 && onPath('apt-get')) install(missing());
  const still = missing();
  for (const name of still) process.stdout.write(`SKIPPED ${name} not installed; run: apt-get install ${name}\n`);
  if (ci && still.length > 0) throw new Error(`in CI nothing may be skipped; missing: ${still.join(', ')}`);
  return still.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) orExplain(() => ensureServers(process.env.CI === 'true', process.argv.slice(2)));
