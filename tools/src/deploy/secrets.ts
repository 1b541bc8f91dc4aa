import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Installation } from './installation.js';

const passwordBytes = 24;
const keyBytes = 32;

/** `<id>:<32 bytes in base64>`, as the product reads its master keys. */
export const newKeyLine = () => `${new Date().toISOString().slice(0, 10)}-${randomBytes(2).toString('hex')}:${randomBytes(keyBytes).toString('base64')}\n`;

/** The secrets of every installation, and how each is made. */
const recipes: Readonly<Record<string, () => string>> = {
  /** Protects the backups. Lost, they cannot be read. */
  'backup.keys': newKeyLine,
};

/** Makes what is missing, readable by its owner only; never touches what exists. Answers what was made. */
export function ensureSecrets(installation: Installation, more: Readonly<Record<string, () => string>> = {}): string[] {
  const made: string[] = [];
  for (const [name, make] of Object.entries({ ...recipes, ...more })) {
    const file = installation.secretFile(name);
    if (existsSync(file)) continue;
    writeFileSync(file, make(), { mode: 0o600, flag: 'wx' });
    made.push(name);
  }
  return made;
}

export const newPassword = () => randomBytes(passwordBytes).toString('base64url');

export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The keys of a file, the newest first. */
export function readKeys(file: string): NamedKey[] {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.map((line) => {
    const [id = '', encoded = ''] = line.split(/:(.*)/s);
    return { id, key: Buffer.from(encoded, 'base64') };
  });
  if (keys.length === 0 || keys.some(({ id, key }) => id === '' || key.length !== keyBytes)) throw new Error(`${file} is malformed: wanted <id>:<32 bytes in base64> in each line`);
  return keys;
}
