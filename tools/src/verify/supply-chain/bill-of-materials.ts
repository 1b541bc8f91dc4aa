import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const License = z.union([
  z.object({ expression: z.string() }).transform(({ expression }) => expression),
  z.looseObject({ license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }) }).transform(({ license }) => license.id ?? license.name ?? ''),
]);
const Component = z.looseObject({ type: z.string().default('library'), group: z.string().optional(), name: z.string(), version: z.string().optional(), purl: z.string().optional(), licenses: z.array(License).default([]) });

export const nameOf = ({ group, name }: Pick<Component, 'group' | 'name'>) => (group ? `${group}/${name}` : name);

const Bill = z.looseObject({ bomFormat: z.literal('CycloneDX'), specVersion: z.literal('1.6'), components: z.array(Component) });
export type Bill = z.infer<typeof Bill>;
export type Component = z.infer<typeof Component>;

/** The bill of materials of one image, or of all that is shipped, made by the script that the pipelines call. */
export async function billOfMaterials(root: string, app?: string): Promise<Bill> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceassist-sbom-'));
  try {
    const file = join(folder, 'sbom.cdx.json');
    await promisify(execFile)('bash', [join(root, 'tools/ci/sbom.sh'), file, ...(app === undefined ? [] : [app])], { timeout: 120_000, maxBuffer: 16 * 1024 * 1024 });
    return Bill.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Licences under which a dependency may be shipped with an Apache-2.0 product. */
const permitted = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0', 'Python-2.0', 'Zlib', 'PostgreSQL']);
/** Packages whose licence stands in their files alone; each was read. */
const readInFiles: Readonly<Record<string, string>> = { 'passport-strategy': 'MIT', pause: 'MIT' };

function permits(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(permits);
  if (plain.includes(' AND ')) return plain.split(' AND ').every(permits);
  return permitted.has(plain);
}

/** What may not be shipped, or whose licence nobody knows: `name: licence`. Bases are not ours to license. */
export function refusedLicences({ components }: { readonly components: readonly Pick<Component, 'type' | 'group' | 'name' | 'licenses'>[] }): string[] {
  return components
    .filter(({ type }) => type !== 'container')
    .flatMap(({ group, name, licenses }) => {
      const known = licenses.length > 0 ? licenses : [readInFiles[name] ?? 'unknown'];
      return known.every(permits) ? [] : [`${nameOf({ group, name })}: ${known.join(', ')}`];
    });
}
