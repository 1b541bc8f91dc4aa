import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { backupsOf, removeOld, takeBackup, verifyBackup, type Site } from './backup/backup.js';
import { writeBackupMetrics } from './backup/backup-metrics.js';
import { newPassphrase, writeKit } from './backup/recovery-kit.js';
import { healthOf } from './commands/health.js';
import { changeRelease, releaseSteps } from './commands/release.js';
import { restoreInstallation, restoreSteps } from './commands/restore.js';
import { Installation } from './installation.js';
import { Releases } from './releases.js';
import { ComposeRuntime } from './runtime/compose.runtime.js';
import { LocalRuntime } from './runtime/local.runtime.js';
import { Steps } from './steps.js';

/**
 * One installation on one machine: `tools/deploy/deploy.sh COMMAND …`. Exit code 0: done. 1: it failed; where there was a
 * release before, that one runs. 2: the command was not understood.
 */
const usage = `usage: deploy.sh COMMAND [--folder /opt/voiceassist] [--runtime compose|local]
  deploy  --version V --site NAME --email ADDRESS   from a fresh machine to a running installation; again: the same state
  upgrade --version V                               backup, new release, smoke tests; back to the old one where they fail
  backup  [--keep 14] [--verify]                    one encrypted archive; --verify restores the newest beside the product
  kit     --out FILE [--passphrase-file FILE]       the recovery kit: keys and settings, sealed; keep it elsewhere
  restore --archive FILE --kit FILE --passphrase-file FILE [--build]   into an empty installation; --build makes the
                                                    release of the archive from these sources, which must be its own
  health  [--json]                                  services, certificate, backup, disk
  compose -- WORDS                                  compose with the files and settings of what runs: compose -- logs gateway
further: --url URL, --ca-file FILE, --connect-to ADDRESS, --plain-url URL for the smoke tests; --metrics-file FILE`;

const say = (text: string) => console.log(text);
const text = { type: 'string' } as const;
const root = fileURLToPath(new URL('../../..', import.meta.url));

class Misunderstood extends Error {}

function readWords() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        folder: { ...text, default: '/opt/voiceassist' }, runtime: { ...text, default: 'compose' }, version: text, site: text, email: text, keep: { ...text, default: '14' },
        verify: { type: 'boolean', default: false }, build: { type: 'boolean', default: false }, out: text, archive: text, kit: text, 'passphrase-file': text, json: { type: 'boolean', default: false },
        url: text, 'ca-file': text, 'connect-to': text, 'plain-url': text, 'metrics-file': text,
      },
    });
    return { values, command: positionals[0], words: positionals.slice(1) };
  } catch (error) {
    throw new Misunderstood(error instanceof Error ? error.message : String(error));
  }
}

type Values = ReturnType<typeof readWords>['values'];

function needed(values: Values, name: 'version' | 'archive' | 'kit' | 'out' | 'passphrase-file'): string {
  const value = values[name];
  if (value === undefined) throw new Misunderstood(`--${name} is missing`);
  return value;
}

function openSite(values: Values, steps: number): Site & { smoke: { url: string; caFile?: string; connectTo?: string; plainUrl?: string }; keepBackups: number; say: typeof say } {
  const installation = new Installation(values.folder);
  if (values.site !== undefined) installation.addSettings({ DOMAIN: values.site, PUBLIC_URL: `https://${values.site}` });
  if (values.email !== undefined) installation.addSettings({ ACME_EMAIL: values.email });
  if (values.runtime !== 'compose' && values.runtime !== 'local') throw new Misunderstood('--runtime is compose or local');
  const runtime = values.runtime === 'local' ? new LocalRuntime(installation) : new ComposeRuntime({ installation, root, say });
  const keepBackups = Number(values.keep);
  if (!Number.isInteger(keepBackups) || keepBackups < 1) throw new Misunderstood('--keep needs a whole number above 0');
  const smoke = { url: values.url ?? runtime.url, caFile: values['ca-file'], connectTo: values['connect-to'], plainUrl: values['plain-url'] };
  return { installation, runtime, steps: new Steps(steps, say), smoke, keepBackups, say };
}

const metricsFileOf = (values: Values, { metricsFolder }: Installation) => values['metrics-file'] ?? join(metricsFolder, 'voiceassist.prom');

async function change(values: Values): Promise<void> {
  const site = openSite(values, releaseSteps);
  await site.installation.alone(() => changeRelease({ ...site, version: needed(values, 'version') }));
  say(`VoiceAssist ${values.version} runs at ${site.smoke.url} (${site.steps.seconds} s). First administrator: ${site.installation.settings()['ADMIN_EMAIL'] ?? 'admin@voiceassist.local'}; ${site.runtime.firstPassword}.`);
  const { OBSERVE, GRAFANA_PORT = '3000' } = site.installation.settings();
  if (OBSERVE === 'true') say(`Grafana: http://127.0.0.1:${GRAFANA_PORT} on this machine, account admin, password in ${site.installation.secretFile('grafana')}/password.`);
  say('Next: deploy.sh kit --out FILE, and keep that file and its passphrase away from this machine: without it no backup can be read.');
}

async function backup(values: Values): Promise<void> {
  const site = openSite(values, values.verify ? 4 : 2);
  const { current } = new Releases(site.installation).read();
  if (current === undefined) throw new Error('nothing is installed here');
  await site.installation.alone(async () => {
    const { file, sizeBytes, seconds } = await takeBackup(site, current);
    const now = () => Math.round(Date.now() / 1000);
    writeBackupMetrics(metricsFileOf(values, site.installation), { voiceassist_backup_last_success_timestamp_seconds: now(), voiceassist_backup_size_bytes: sizeBytes, voiceassist_backup_duration_seconds: seconds });
    say(`${file}: ${(sizeBytes / 1_048_576).toFixed(1)} MB in ${seconds.toFixed(1)} s; ${removeOld(site.installation, site.keepBackups)} old ones removed, ${backupsOf(site.installation).length} kept`);
    if (!values.verify) return;
    const { tables, auditEntries } = await verifyBackup(site, file);
    writeBackupMetrics(metricsFileOf(values, site.installation), { voiceassist_restore_drill_last_success_timestamp_seconds: now() });
    say(`verified: ${tables} tables with the same rows, ${auditEntries} entries of the audit in an unbroken chain`);
  });
}

function kit(values: Values): void {
  const { installation, runtime } = openSite(values, 1);
  const given = values['passphrase-file'];
  const passphrase = given === undefined ? newPassphrase() : readFileSync(given, 'utf8').trim();
  const file = needed(values, 'out');
  writeKit({ installation, runtime }, file, passphrase);
  say(`${file}: the recovery kit, sealed. Keep it away from the backups.`);
  if (given === undefined) say(`Its passphrase, shown this once: ${passphrase}`);
}

async function restore(values: Values): Promise<void> {
  const site = openSite(values, restoreSteps);
  const passphrase = readFileSync(needed(values, 'passphrase-file'), 'utf8').trim();
  await site.installation.alone(() => restoreInstallation({ ...site, archive: needed(values, 'archive'), kit: { file: needed(values, 'kit'), passphrase }, build: values.build }));
  say(`restored in ${site.steps.seconds} s; VoiceAssist runs at ${site.smoke.url}`);
}

async function health(values: Values): Promise<void> {
  const { installation, runtime, smoke } = openSite(values, 1);
  const lines = await healthOf(installation, runtime, smoke);
  if (values.json) say(JSON.stringify(lines, null, 2));
  else for (const { what, good, detail } of lines) say(`${(good ? 'ok' : 'BAD').padEnd(4)} ${what.padEnd(18)} ${detail}`);
  if (lines.some(({ good }) => !good)) process.exitCode = 1;
}

function compose(values: Values, words: readonly string[]): void {
  const { runtime } = openSite(values, 1);
  if (!(runtime instanceof ComposeRuntime)) throw new Misunderstood('there is no compose with --runtime local');
  const { program, words: places, environment } = runtime.compose(words);
  process.exitCode = spawnSync(program, places, { stdio: 'inherit', env: { ...process.env, ...environment } }).status ?? 1;
}

const commands: Readonly<Record<string, (values: Values, words: readonly string[]) => Promise<void> | void>> = { deploy: change, upgrade: change, backup, kit, restore, health, compose };

try {
  const { values, command = '', words } = readWords();
  const work = commands[command];
  if (!work) throw new Misunderstood(command === '' ? 'a command is missing' : `unknown command ${command}`);
  if (words.length > 0 && work !== compose) throw new Misunderstood(`what is ${words.join(' ')}?`);
  await work(values, words);
} catch (error) {
  const isMisunderstood = error instanceof Misunderstood;
  console.error(`${error instanceof Error ? error.message : String(error)}${isMisunderstood ? `\n${usage}` : ''}`);
  process.exitCode = isMisunderstood ? 2 : 1;
}
