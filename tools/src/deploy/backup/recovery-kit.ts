import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Installation } from '../installation.js';
import type { Site } from './backup.js';

/**
 * What a restore needs besides an archive, sealed with a passphrase: the keys, the settings and the files that they name. It belongs where the archives are
 * not: on paper, in a safe, with somebody else.
 */
const kitSecrets = ['encryption.keys', 'backup.keys'] as const;
const cost = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_048_576 };
const algorithm = 'aes-256-gcm';
const fewestCharacters = 16;
/** Longer ones, as lists of breached passwords, can be had again elsewhere. */
const longestFileBytes = 1_048_576;

const Kit = z.object({ format: z.literal('voiceassist-recovery-kit-1'), madeAt: z.string(), salt: z.base64(), nonce: z.base64(), sealed: z.base64(), tag: z.base64() });
const Content = z.object({ settings: z.string(), secrets: z.record(z.enum(kitSecrets), z.string()), files: z.record(z.string(), z.base64()).default({}) });
type Content = z.infer<typeof Content>;

function fileOf({ installation, runtime }: Pick<Site, 'installation' | 'runtime'>, name: (typeof kitSecrets)[number]): string {
  return name === 'encryption.keys' ? runtime.encryptionKeysFile : installation.secretFile(name);
}

/** Files of this machine that the settings name: identity providers, certificates, compose files. */
function namedFiles(installation: Installation): string[] {
  const named = Object.entries(installation.settings()).filter(([name, value]) => name.endsWith('_FILE') && isAbsolute(value)).map(([, value]) => value);
  const isShort = (file: string) => existsSync(file) && statSync(file).isFile() && statSync(file).size <= longestFileBytes;
  return [...named, ...installation.extraComposeFiles].filter(isShort);
}

export function newPassphrase(): string {
  return (randomBytes(15).toString('hex').match(/.{6}/g) ?? []).join('-');
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  if (passphrase.length < fewestCharacters) throw new Error(`the passphrase of a recovery kit has at least ${fewestCharacters} characters`);
  return scryptSync(passphrase, salt, 32, cost);
}

/** Writes the kit of an installation; a file that exists is not touched. */
export function writeKit(site: Pick<Site, 'installation' | 'runtime'>, file: string, passphrase: string): void {
  const [salt, nonce] = [randomBytes(32), randomBytes(12)];
  const content: Content = {
    settings: existsSync(site.installation.settingsFile) ? readFileSync(site.installation.settingsFile, 'utf8') : '',
    files: Object.fromEntries(namedFiles(site.installation).map((path) => [path, readFileSync(path).toString('base64')])),
    secrets: Object.fromEntries(kitSecrets.map((name) => [name, readFileSync(fileOf(site, name), 'utf8')])) as Content['secrets'], // exactly these names
  };
  const madeAt = new Date().toISOString();
  const cipher = createCipheriv(algorithm, keyOf(passphrase, salt), nonce).setAAD(Buffer.from(madeAt));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  const kit = { format: 'voiceassist-recovery-kit-1', madeAt, salt: salt.toString('base64'), nonce: nonce.toString('base64'), sealed: sealed.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
  writeFileSync(file, `${JSON.stringify(kit, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

function openKit(file: string, passphrase: string): Content {
  const read = Kit.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file} is no recovery kit`);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const { salt, nonce, sealed, tag, madeAt } = read.data;
  const decipher = createDecipheriv(algorithm, keyOf(passphrase, bytes(salt)), bytes(nonce), { authTagLength: 16 }).setAAD(Buffer.from(madeAt)).setAuthTag(bytes(tag));
  let text: string;
  try {
    text = Buffer.concat([decipher.update(bytes(sealed)), decipher.final()]).toString();
  } catch {
    throw new Error('the recovery kit does not open: the passphrase is another one, or the kit is damaged');
  }
  return Content.parse(JSON.parse(text));
}

/** Puts the keys and settings of the kit into an empty installation; fails where other keys are already there. */
export function unpackKit(site: Pick<Site, 'installation' | 'runtime'>, file: string, passphrase: string): void {
  const { installation } = site;
  const { settings, secrets, files } = openKit(file, passphrase);
  for (const name of kitSecrets) {
    const target = fileOf(site, name);
    const text = secrets[name];
    if (existsSync(target) && readFileSync(target, 'utf8') !== text) throw new Error(`${target} exists and is not the one of the kit: restore into an empty folder`);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, text, { mode: 0o600 });
  }
  if (!existsSync(installation.settingsFile)) writeFileSync(installation.settingsFile, settings, { mode: 0o600 });
  for (const [path, content] of Object.entries(files)) {
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(content, 'base64'), { mode: 0o600 });
  }
}
