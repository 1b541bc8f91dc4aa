import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeWhole } from '../installation.js';

/** What Prometheus' node exporter reads from its folder of text files, with what each number means. */
const help = {
  voiceassist_backup_last_success_timestamp_seconds: 'When the last backup was complete.',
  voiceassist_backup_size_bytes: 'Size of the last backup.',
  voiceassist_backup_duration_seconds: 'How long the last backup took.',
  voiceassist_restore_drill_last_success_timestamp_seconds: 'When a backup was last restored and found complete.',
} as const;
export type BackupMetrics = Partial<Record<keyof typeof help, number>>;

/** Node exporter reads it, as the account `nobody`. */
const readable = { folder: 0o755, file: 0o644 } as const;

/** Writes the numbers that are known now; the others stay as they were. */
export function writeBackupMetrics(file: string, numbers: BackupMetrics): void {
  if (!existsSync(dirname(file))) {
    mkdirSync(dirname(file), { recursive: true });
    chmodSync(dirname(file), readable.folder);
  }
  const before = existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(/^(\w+) ([\d.e+]+)$/gm)] : [];
  const known = Object.fromEntries(before.map(([, name = '', value]) => [name, Number(value)]));
  const all: Record<string, number | undefined> = { ...known, ...numbers };
  const lines = Object.entries(help).flatMap(([name, text]) => (all[name] === undefined ? [] : [`# HELP ${name} ${text}`, `# TYPE ${name} gauge`, `${name} ${all[name]}`]));
  writeWhole(file, `${lines.join('\n')}\n`, readable.file);
}
