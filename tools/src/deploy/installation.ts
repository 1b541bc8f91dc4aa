import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  /** Environment files of the services. */
  get settingsFolder(): string {
    return join(this.folder, 'settings');
  }

  get releasesFile(): string {
    return join(this.folder, 'releases.json');
  }

  /** Numbers that node exporter reads. */
  get metricsFolder(): string {
    return join(this.folder, 'metrics');
  }

  /** Addresses that Prometheus asks from outside, as its files of targets. */
  get edgeTargetsFolder(): string {
    return join(this.folder, 'targets', 'edge');
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

  /** Compose files of the operator's own, beside those of the product: `EXTRA_COMPOSE_FILES`, parted by commas, later ones over earlier ones. */
  get extraComposeFiles(): string[] {
    const given = (this.settings()['EXTRA_COMPOSE_FILES'] ?? '').split(',').map((file) => file.trim());
    return given.filter((file) => file !== '').map((file) => resolve(this.folder, file));
  }

  /** A folder whose files other accounts read, once it is mounted for them; on this machine the folder above it stays closed. */
  openFolder(folder: string): string {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    return folder;
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

/** Whoever reads the file finds the old one or the new one, whole; nobody but its owner does, unless the mode says so. */
export function writeWhole(file: string, content: string | Buffer, mode = 0o600): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, content, { mode: 0o600 });
  chmodSync(draft, mode);
  renameSync(draft, file);
}

/** Quotes around a whole value are not part of it, as compose reads the file too. */
export function parseSettings(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value.trim().replace(/^(["'])(.*)\1$/, '$2')]));
}
