import { serviceNames } from '../../distributed/environment.js';
import type { Installation } from '../installation.js';
import { run } from '../programs.js';

const label = 'org.opencontainers.image.revision';
export const ownPrefix = 'voiceassist/';

/** The images of the product's own programs on this machine, by release. */
export class ReleaseImages {
  constructor(private readonly installation: Installation) {}

  /** Names of those that are not here. */
  async missing(version: string): Promise<string[]> {
    const names = [...serviceNames, 'operations'].map((program) => this.nameOf(program, version));
    const isHere = await Promise.all(names.map((name) => this.inspect(name, '{{.Id}}').then(() => true, () => false)));
    return names.filter((_, index) => !isHere[index]);
  }

  /** The commit from which the release was made, as its images say; `unknown` where they do not. */
  async revision(version: string): Promise<string> {
    for (const program of serviceNames) {
      const found = await this.inspect(this.nameOf(program, version), `{{index .Config.Labels "${label}"}}`).catch(() => '');
      if (found !== '') return found;
    }
    return 'unknown';
  }

  private nameOf(program: string, version: string): string {
    return `${this.installation.settings()['IMAGE_PREFIX'] ?? ownPrefix}${program}:${version}`;
  }

  private async inspect(name: string, format: string): Promise<string> {
    return (await run({ program: 'docker', words: ['image', 'inspect', '--format', format, name] }, { timeoutMs: 60_000 })).trim();
  }
}
