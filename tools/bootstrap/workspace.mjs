// Runs on whatever Node the machine has and needs no installed package: it makes the workspace runnable.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stamps = join(root, 'node_modules', '.cache', 'voiceassist');
const startedAt = Date.now();

export function say(text) {
  process.stderr.write(`[voiceassist +${((Date.now() - startedAt) / 1000).toFixed(1)}s] ${text}\n`);
}

/** The Node the lock file brings (24), or the machine's own when the platform has no packaged one. */
export function nodeBinary() {
  const packaged = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(packaged)) return packaged;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 9)) return process.execPath;
  throw new Error(`Node ${process.version} is too old for this platform without a packaged Node: install Node 24.9 or newer.`);
}

/** Environment in which `node`, `nx` and `jest` are the workspace's own. */
export function workspaceEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
    NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false',
    ...extra,
  };
}

/** Runs one step with its output visible, beside that of what is started afterwards; throws with the step's name when it fails. */
export function step(name, command, args, options = {}) {
  say(name);
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: workspaceEnvironment(), ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${name}: exit code ${result.status ?? result.signal}`);
}

function digest(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}

function stampIs(name, value) {
  const file = join(stamps, name);
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

/** Installs from the lock file when the installed tree is not the one the lock describes. */
export function ensureInstalled() {
  const lock = digest([readFileSync(join(root, 'package-lock.json'))]);
  if (stampIs('lock', lock)) return;
  step('Installing packages from package-lock.json (about 90 s the first time)', 'npm', ['ci', '--no-progress', '--loglevel=error'], { env: process.env });
  writeStamp('lock', lock);
}

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

function fingerprint(folders) {
  const parts = [readFileSync(join(root, 'package-lock.json'))];
  for (const folder of folders) {
    for (const path of filesUnder(join(root, folder))) parts.push(relative(root, path), String(statSync(path).size), readFileSync(path));
  }
  return digest(parts);
}

/** Compiles the TypeScript projects that changed since the last time (incremental, type-checked). */
export function buildProjects(projects) {
  const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
  step(`Building ${projects.join(', ')}`, nodeBinary(), [compiler, '-b', ...projects.map((project) => `${project}/tsconfig.json`)]);
}

/** Makes the template from which the embedded database starts in a second instead of five. */
export function prepareDatabase() {
  const script = "const { preparePglite } = await import('@voiceassist/storage'); await preparePglite();";
  step('Preparing the embedded database', nodeBinary(), ['--input-type=module', '-e', script]);
}

/** Builds the page when it or the contracts changed. */
export function buildWeb() {
  const now = fingerprint(['apps/web', 'libs/contracts/src']);
  if (stampIs('web', now) && existsSync(join(root, 'apps/web/dist/index.html'))) return;
  step('Building the page', nodeBinary(), [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], { cwd: join(root, 'apps/web') });
  writeStamp('web', now);
}

/** Replaces this process by a Node 24 process; signals are passed on and its exit code is ours. */
export function become(script, args = [], extraEnvironment = {}) {
  const child = spawn(nodeBinary(), ['--enable-source-maps', join(root, script), ...args], { cwd: root, stdio: 'inherit', env: workspaceEnvironment(extraEnvironment) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

export function orExplain(work) {
  try {
    return work();
  } catch (error) {
    say(`FAILED: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
