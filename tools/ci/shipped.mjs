// What the images hold of npm, as paths in the lock file. Needs the installed tree, and the built page where it is part.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Eight services, all of them in one process, and the one-shot commands: one production tree. */
const services = ['gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin', 'standalone', 'operations'];
/** Images with the page in them; docker/assemble.mjs puts it there. */
export const withPage = ['gateway', 'standalone', 'web'];
export const apps = [...services, 'web'];

function productionPackages(root) {
  return execFileSync(process.execPath, [join(root, 'docker/prune.mjs'), root], { encoding: 'utf8', maxBuffer: 16 * 1_048_576 }).trim().split('\n');
}

/** Packages of which the bundle contains code: its source maps name every module. */
function pagePackages(root) {
  const folder = join(root, 'apps/web/dist/assets');
  if (!existsSync(folder)) throw new Error('the page is not built');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.map')).flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).sources);
  const packages = sources.flatMap((source) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(source)?.[0] ?? []);
  if (packages.length === 0) throw new Error('the page has no source maps that name its packages');
  return packages;
}

/** Paths such as `node_modules/react` of one image, or of everything that leaves the house. */
export function shippedPaths(root, app) {
  if (app !== undefined && !apps.includes(app)) throw new Error(`no image ${app}; there are ${apps.join(', ')}`);
  return new Set([...(app === 'web' ? [] : productionPackages(root)), ...(app === undefined || withPage.includes(app) ? pagePackages(root) : [])]);
}
