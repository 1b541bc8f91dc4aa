import { chmodSync, existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '../../distributed/environment.js';
import { type Installation, writeWhole } from '../installation.js';
import { composeNames, settingsForCompose } from '../settings/compose-names.js';
import { handSettings } from '../settings/hand-settings.js';
import { readServiceSettings, type ReadServiceSettings, settingsFileOf } from '../settings/service-settings.js';
import type { ReleaseFiles } from './release-files.js';
import { ownPrefix } from './release-images.js';

/** The product and what watches it run side by side from here on: a machine sold as one with 8 GB. */
const memoryForWatchersBytes = 7.5e9;
const edgePorts = [80, 443];
const choices: Readonly<Record<string, readonly string[]>> = { OBSERVE: ['true', 'false'], IMAGES: ['build', 'pull'] };
const readable = 0o644;

/** What an installation on compose makes of its settings file. */
export class ComposeSettings {
  constructor(
    private readonly installation: Installation,
    private readonly files: ReleaseFiles,
  ) {}

  /** What compose files ask for. */
  environmentFor(composeFiles: readonly string[]): Record<string, string> {
    const { secretsFolder, settingsFolder, metricsFolder, edgeTargetsFolder } = this.installation;
    return {
      ...settingsForCompose(this.withDefaults(), composeFiles),
      SECRETS_DIR: secretsFolder, ...(this.isPrepared && { SETTINGS_DIR: settingsFolder }), TEXTFILE_DIR: metricsFolder, EDGE_TARGETS_DIR: edgeTargetsFolder,
    };
  }

  /** Ports of this machine that a service needs; an empty one takes any. */
  get portsByService(): readonly (readonly [string, readonly number[]])[] {
    const { OBSERVE, GRAFANA_PORT = '3000', GATEWAY_PORT = '8080' } = this.withDefaults();
    const given = (port: string) => (port === '' ? [] : [Number(port)]);
    return [['edge', edgePorts], ['gateway', given(GATEWAY_PORT)], ...(OBSERVE === 'true' ? [['grafana', given(GRAFANA_PORT)] as const] : [])];
  }

  /** What an operator should know and nothing stops at. */
  notes(): string[] {
    const isTight = this.withDefaults()['OBSERVE'] === 'true' && totalmem() < memoryForWatchersBytes;
    return isTight ? [`OBSERVE=true on ${(totalmem() / 1e9).toFixed(1)} GB of memory: product and watchers want ${memoryForWatchersBytes / 1e9} GB`] : [];
  }

  faults(): string[] {
    const settings = this.withDefaults();
    const lost = this.installation.extraComposeFiles.filter((file) => !existsSync(file));
    const wrong = Object.entries(choices).filter(([name, words]) => settings[name] !== undefined && !words.includes(settings[name]));
    return [
      ...lost.map((file) => `EXTRA_COMPOSE_FILES: ${file} is not there`), ...wrong.map(([name, words]) => `${name}: ${words.join(' or ')}`),
      ...(lost.length > 0 ? [] : this.read().faults),
    ];
  }

  /** Writes what containers read of the settings; what is decided by default is written down, so that it stays. */
  prepare(): void {
    const { installation } = this;
    const faults = this.faults();
    if (faults.length > 0) throw new Error(`wrong settings in ${installation.settingsFile}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    installation.addSettings(this.defaults());
    chmodSync(installation.settingsFile, 0o600); // a person wrote it, and there may be secrets in it
    for (const each of this.read().services) handSettings(installation, each);
    installation.openFolder(installation.metricsFolder);
    const target = `- targets: ['https://${installation.settings()['DOMAIN'] ?? 'localhost'}/health']\n`;
    writeWhole(join(installation.openFolder(installation.edgeTargetsFolder), 'edge.yaml'), target, readable);
  }

  /** Before, as in an installation that an older deploy made, the empty files of the sources stand in. */
  private get isPrepared(): boolean {
    return serviceNames.every((service) => existsSync(settingsFileOf(this.installation, service)));
  }

  private read(): ReadServiceSettings {
    const settings = this.withDefaults();
    return readServiceSettings(settings, composeNames(this.files.allOfSources(), this.files.ofSources(settings).files));
  }

  private withDefaults(): Record<string, string> {
    return { ...this.defaults(), ...this.installation.settings() };
  }

  private defaults(): Record<string, string> {
    return { IMAGE_PREFIX: ownPrefix, OBSERVE: String(totalmem() >= memoryForWatchersBytes) };
  }
}
