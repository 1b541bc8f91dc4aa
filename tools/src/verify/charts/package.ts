import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HelmWorkspace } from './helm-workspace.js';

/**
 * Packages every chart into a folder, with what it depends on; with a registry it also sends them there.
 *   node tools/dist/verify/charts/package.js OUT [oci://REGISTRY/PATH]
 * The registry's sign-in is Docker's, which Helm reads too (DOCKER_CONFIG).
 */
const [out, registry] = process.argv.slice(2);
if (!out) throw new Error('say where the packages go: package.js OUT [oci://REGISTRY/PATH]');
const folder = resolve(out);
const helm = await HelmWorkspace.open('helm4', { home: process.env['HOME'] });
if (!helm) throw new Error('The npm package with Helm 4 is not installed');

async function run(...parameters: readonly string[]): Promise<void> {
  const { ok, output, errors } = await (helm as HelmWorkspace).run(...parameters); // checked above
  if (!ok) throw new Error(`helm ${parameters.slice(0, 2).join(' ')}: ${output}${errors}`);
}

try {
  await mkdir(folder, { recursive: true });
  for (const chart of await helm.charts()) {
    await run('dependency', 'build', '--skip-refresh', chart);
    await run('package', chart, '--destination', folder);
  }
  const packages = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).sort();
  if (registry) for (const each of packages) await run('push', join(folder, each), registry);
  console.log(`${registry ? 'sent' : 'packaged'} ${packages.join(', ')}`);
} finally {
  await helm.close();
}
