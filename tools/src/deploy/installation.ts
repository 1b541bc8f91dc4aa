import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the parts of one installation are. Everything below the folder belongs to whoever deploys; others may not read it. */
export class Installation {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    for (const each of [this.secretsFolder, this.backupsFolder]) mkdirSync(each, { recursive: true, mode: 0o700 });
  }

  get settingsFile(): string {
    return join(this.folder, 'voiceassist.env');
  }

  get secretsFolder(): string {
    return join(this.folder, 'secrets');
  }

  get backupsFolder(): string {
    return join(this.folder, 'backups');
  }

  get releasesFile(): string {
    return join(this.folder, 'releases.json');
  }

  secretFile(name: string): string {
    return join(this.secretsFolder, name);
  }

  /** A folder that is empty now, for work that may be cut off. */
  emptyFolder(name: string): string {
    const folder = join(this.folder, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** What stands in the settings file: `NAME=value` lines, `#` begins a comment. */
  settings(): Record<string, string> {
    return existsSync(this.settingsFile) ? parseSettings(readFileSync(this.settingsFile, 'utf8')) : {};
  }

  /** Adds settings that are missing; what a person wrote stays as it is. */
  addSettings(wanted: Readonly<Record<string, string>>): void {
    const known = this.settings();
    const missing = Object.entries(wanted).filter(([name]) => !(name in known));
    if (missing.length === 0) return;
    const before = existsSync(this.settingsFile) ? readFileSync(this.settingsFile, 'utf8').replace(/\n*$/, '\n') : '# Settings of this installation: docs/configuration.md. Secrets are files in secrets/.\n';
    writeWhole(this.settingsFile, before + missing.map(([name, value]) => `${name}=${value}\n`).join(''));
  }

  /** Runs alone: a second command on the same installation is refused while this one lives. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const file = join(this.folder, 'deploy.lock');
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (holder > 0 && holder !== process.pid && existsSync(`/proc/${holder}`)) throw new Error(`process ${holder} is at work on this installation`);
    writeWhole(file, String(process.pid));
    try {
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  }
}

/** Whoever reads the file finds the old one or the new one, whole. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function parseSettings(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value.trim()]));
}
