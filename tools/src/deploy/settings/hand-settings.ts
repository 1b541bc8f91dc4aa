import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, writeWhole } from '../installation.js';
import { type ServiceSettings, settingsFileOf } from './service-settings.js';

const accountOfServices = 10_001;
const head = '# Written by deploy from voiceassist.env: change it there and run deploy again.';
/** Changes whenever anything does, so that compose starts the service anew also when only a file has changed. */
const stamp = 'SETTINGS_GIVEN_AT';
/** A word in the file about each file that it names, to take it away when nothing names it any more. */
const mounted = /='\/run\/secrets\/([\w.]+)'$/gm;

const bytesOf = (file: string) => (existsSync(file) ? readFileSync(file) : null);

/** Hands a file to the account of the services, whole; answers whether it is another one than before. */
function handFile(target: string, content: Buffer): boolean {
  if (bytesOf(target)?.equals(content)) return false;
  writeWhole(target, content, 0o400);
  if (process.getuid?.() === 0) chownSync(target, accountOfServices, accountOfServices);
  return true;
}

/**
 * Gives a service its settings: an environment file that only the owner of the installation reads, and its secrets as files in its
 * folder. Again with the same settings, nothing changes.
 */
export function handSettings(installation: Installation, { service, lines, files }: ServiceSettings): void {
  mkdirSync(installation.settingsFolder, { recursive: true, mode: 0o700 });
  const file = settingsFileOf(installation, service);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const folder = installation.secretFile(service);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const changed = Object.entries(files).map(([name, from]) => handFile(join(folder, name), 'text' in from ? Buffer.from(from.text) : readFileSync(from.copyOf))).includes(true);
  for (const [, name = ''] of before.matchAll(mounted)) if (!(name in files)) rmSync(join(folder, name), { force: true });
  const body = `${[head, ...[...lines].sort()].join('\n')}\n`;
  if (!changed && before.replace(new RegExp(`^${stamp}=.*\n`, 'm'), '') === body) return;
  // a service without settings of its own has the file that the sources bring, empty
  writeWhole(file, lines.length === 0 ? body : `${body}${stamp}='${new Date().toISOString()}'\n`);
}
