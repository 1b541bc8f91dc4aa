// Copies out of a built workspace exactly the modules that one process can load: no tests, no fixtures, no other service.
// It follows every relative address a module names (imports, workers, child processes) and every package of ours.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const [app, target] = process.argv.slice(2);
if (!app || !target) throw new Error('usage: assemble.mjs APP TARGET');
const root = resolve(import.meta.dirname, '..');
const out = join(target, 'app');

/** One-shot commands of an installation; the first one is what the image runs by itself. */
const operations = ['tools/dist/provision/main.js', 'tools/dist/data/main.js', 'tools/dist/audit/main.js'];
const entries = app === 'operations' ? operations : [`apps/${app}/dist/main.js`];
/** Files that a process reads besides its modules. */
const extras = {
  gateway: ['apps/web/dist'],
  'kb-indexer': ['apps/standalone/samples'],
  standalone: ['apps/web/dist', 'apps/standalone/samples', 'node_modules/.cache/voiceassist'],
};

const consumers = ['gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin', 'nats', 'postgres', 'redis', 'qdrant', 'grafana'];
const writable = { operations: ['data', 'volumes/nats', 'volumes/jaeger', ...['installation', ...consumers].map((name) => `secrets/${name}`)] };

const packages = new Map();
for (const folder of ['libs', 'libs/services', 'tools']) {
  for (const name of folder === 'tools' ? ['.'] : readdirSync(join(root, folder))) {
    const file = join(root, folder, name, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    packages.set(manifest.name, { folder: dirname(file), exports: manifest.exports ?? {} });
  }
}

const used = new Set();
function moduleOf(specifier) {
  const [, name, rest] = /^(@voiceassist\/[\w-]+)(\/.*)?$/.exec(specifier) ?? [];
  const known = packages.get(name);
  if (!known) throw new Error(`nobody knows the package ${specifier}`);
  const exported = known.exports[rest ? `.${rest}` : '.'];
  if (!exported) throw new Error(`${name} does not export ${rest ?? '.'}`);
  used.add(name);
  return join(known.folder, exported.default);
}

const reached = new Set();
function reach(file) {
  if (reached.has(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  reached.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/['"`](@voiceassist\/[\w/-]+)['"`]/g)) if (isImport(text, specifier)) reach(moduleOf(specifier));
  for (const [, path, rest] of text.matchAll(/['"`](\.{1,2}\/[^'"`\s$]+)(\$\{)?/g)) {
    // a name that goes on with a placeholder is one of our workers, whose build ends in .js
    reach(resolve(dirname(file), rest ? `${path}.js` : path));
  }
}
const isImport = (text, specifier) => new RegExp(`(?:from|import|import\\()\\s*['"]${specifier}['"]`).test(text);

for (const entry of entries) {
  if (!existsSync(join(root, entry))) throw new Error(`${entry} does not exist; APP=${app} cannot be built`);
  reach(join(root, entry));
}

for (const file of reached) {
  if (!/\.(?:js|mjs|json)$/.test(file)) continue;
  for (const each of [file, `${file}.map`]) if (existsSync(each)) cpSync(each, join(out, relative(root, each)), { recursive: true });
}
for (const name of used) {
  const { folder } = packages.get(name);
  const path = relative(root, folder);
  cpSync(join(folder, 'package.json'), join(out, path, 'package.json'));
  const link = join(out, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), join(out, path)), link);
}
for (const path of extras[app] ?? []) cpSync(join(root, path), join(out, path), { recursive: true });
writeFileSync(join(out, 'main.js'), `import './${entries[0]}';\n`);
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name: `voiceassist-${app}`, private: true, type: 'module' })}\n`);
// folders that belong to the account of the service: a new volume takes its owner from them
for (const path of writable[app] ?? ['data/blobs', 'data/keys']) mkdirSync(join(target, 'writable', path), { recursive: true });
process.stdout.write(`${app}: ${reached.size} modules of ${used.size} packages\n`);
