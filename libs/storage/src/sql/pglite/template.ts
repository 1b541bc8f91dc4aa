import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

const require = createRequire(import.meta.url);

/** The package's folder, found from its entry because packages need not export their package.json. */
function packageFolder(name: string): string {
  const entry = require.resolve(name);
  const marker = join('node_modules', ...name.split('/')) + sep;
  return entry.slice(0, entry.lastIndexOf(marker) + marker.length);
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as { version: string }; // npm guarantees the field
  return manifest.version;
}

/** In the installation's own cache, so that only those who may change our code may change it. */
function templateFile(): string {
  const engine = '@electric-sql/pglite';
  const modules = packageFolder(engine).slice(0, -join(engine, sep).length);
  const versions = `${versionOf(engine)}-${versionOf('@electric-sql/pglite-pgvector')}`;
  return join(modules, '.cache', 'voiceassist', `pglite-${versions}-1.tar`);
}

export async function readTemplate(): Promise<Blob | null> {
  try {
    return new Blob([await readFile(templateFile())]);
  } catch {
    return null;
  }
}

/** Best effort: a read-only installation simply has no template. */
export async function writeTemplate(template: Blob): Promise<void> {
  const file = templateFile();
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, Buffer.from(await template.arrayBuffer()));
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true });
  }
}
