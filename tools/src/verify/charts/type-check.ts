import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './helm-binaries.js';
import { nameOf, type KubernetesObject } from './kubernetes-object.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const ownTypes = fileURLToPath(new URL('../../../src/verify/charts/kubernetes-object.ts', import.meta.url));
const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2023', '--allowImportingTsExtensions', '--skipLibCheck', '--types', ''];

/** The published types leave the version open; ours are exact. */
const written = (objects: readonly KubernetesObject[]) => [
  `import type { Kinds } from ${JSON.stringify(ownTypes)};`,
  ...objects.map((object, index) => `// ${nameOf(object)}\nexport const object${index}: Kinds[${JSON.stringify(object.kind)}] = ${JSON.stringify(object, null, 1)};`),
].join('\n');

/**
 * Checks every field of rendered objects against the published types: unknown fields and wrong types are faults. Gives the
 * compiler's messages, none when all is well.
 */
export async function typeFaults(objects: readonly KubernetesObject[]): Promise<string[]> {
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, 'types-')); // below node_modules, so that the types are found
  try {
    const file = join(folder, 'objects.mts');
    await writeFile(file, written(objects));
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), ...options, file], { cwd: folder, timeout: 300_000, maxBuffer: 32 * 1024 * 1024 }, (error, text, errors) => resolve(error ? `${text}${errors}` : ''));
    });
    return output.split('\n').filter((line) => line.includes('error'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
