import { existsSync } from 'node:fs';
import { chown, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../programs.js';

const accountOfServices = 10_001;

/**
 * The volume with the files of the product, made where it is not there yet. Compose makes it with the first service that uses it,
 * as that service's account; a restore comes before any service, and what it puts there has to be the services' all the same.
 */
export async function openFilesVolume(project: string, name: string): Promise<{ blobFolder: string }> {
  const volume = `${project}_${name}`;
  const mountpoint = () => run({ program: 'docker', words: ['volume', 'inspect', '--format', '{{.Mountpoint}}', volume] });
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.volume=${name}`].flatMap((label) => ['--label', label]);
  const folder = (await mountpoint().catch(async () => {
    await run({ program: 'docker', words: ['volume', 'create', ...labels, volume] });
    return mountpoint();
  })).trim();
  const blobFolder = join(folder, 'blobs');
  if (process.getuid?.() === 0) {
    if (!existsSync(blobFolder)) await mkdir(blobFolder, { mode: 0o700 });
    for (const each of [folder, blobFolder]) if ((await stat(each)).uid !== accountOfServices) await chown(each, accountOfServices, accountOfServices);
  }
  return { blobFolder };
}
