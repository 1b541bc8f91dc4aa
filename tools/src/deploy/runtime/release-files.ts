import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation.js';

const product = ['compose.yml', 'compose.prod.yml'];
export const watchersFile = 'compose.observability.yml';
const watchers = [watchersFile, 'compose.prod.observability.yml'];

/** Mounted into containers under accounts of their own, so everybody may read them; there are no secrets among them. */
function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyReadable(source, target);
    else if (entry.isFile()) {
      copyFileSync(source, target);
      chmodSync(target, 0o644);
    }
  }
}

export interface ComposePlace {
  readonly projectFolder: string;
  readonly files: readonly string[];
}

/**
 * The compose files of each release, and what they mount: copied from the sources when the release is made ready. Going back to a
 * release then takes the files of that release as well, whatever the sources are by then.
 */
export class ReleaseFiles {
  constructor(
    private readonly installation: Installation,
    private readonly root: string,
  ) {}

  keep(version: string): void {
    const release = this.folderOf(version);
    copyReadable(join(this.root, 'docker'), join(release, 'docker'));
    copyReadable(join(this.root, 'infra'), join(release, 'infra'));
  }

  /** Those of the release; those of the sources for a release from before they were kept. */
  ofRelease(version: string): ComposePlace {
    const kept = join(this.folderOf(version), 'docker');
    return existsSync(join(kept, 'compose.yml')) ? this.placeAt(kept) : this.ofSources();
  }

  ofSources(settings = this.installation.settings()): ComposePlace {
    return this.placeAt(join(this.root, 'docker'), settings);
  }

  /** Every file of the sources that an installation may be started with. */
  allOfSources(): readonly string[] {
    return this.ofSources({ OBSERVE: 'true' }).files;
  }

  private placeAt(projectFolder: string, settings: Readonly<Record<string, string>> = this.installation.settings()): ComposePlace {
    const wanted = [...product, ...(settings['OBSERVE'] === 'true' ? watchers : [])].map((name) => join(projectFolder, name));
    return { projectFolder, files: [...wanted.filter((file) => existsSync(file)), ...this.installation.extraComposeFiles] };
  }

  private folderOf(version: string): string {
    return join(this.installation.folder, 'releases', version);
  }
}

/** The commit of the sources, marked where they differ from it; `unknown` outside of a clone. */
export function revisionOf(root: string): string {
  const git = (...words: string[]) => spawnSync('git', ['-c', `safe.directory=${root}`, '-C', root, ...words], { encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', 'HEAD');
  if (status !== 0) return 'unknown';
  return stdout.trim() + (git('status', '--porcelain', '--untracked-files=no').stdout.trim() === '' ? '' : '-changed');
}
