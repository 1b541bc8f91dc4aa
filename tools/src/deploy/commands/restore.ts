import { existsSync } from 'node:fs';
import { putBack, type Site } from '../backup/backup.js';
import { unpackKit } from '../backup/recovery-kit.js';
import { Releases } from '../releases.js';
import { ensureSecrets } from '../secrets.js';
import { expectSmoke, type SmokeTarget } from '../smoke-of.js';

export interface RestoreRequest extends Site {
  readonly archive: string;
  readonly kit: { readonly file: string; readonly passphrase: string };
  /** Makes the release from the sources at hand, which whoever asks knows to be its own. */
  readonly build: boolean;
  readonly smoke: SmokeTarget;
  readonly say: (text: string) => void;
}

export const restoreSteps = 7;

/** Brings an empty installation to what an archive holds, from the archive and the recovery kit alone. */
export async function restoreInstallation(request: RestoreRequest): Promise<void> {
  const { installation, runtime, steps, say, archive, kit, build } = request;
  const releases = new Releases(installation);
  if (releases.read().current !== undefined) throw new Error(`${installation.folder} is not empty: a restore never overwrites an installation`);
  if (!existsSync(archive)) throw new Error(`${archive} is missing`);
  await steps.run('open the recovery kit', async () => unpackKit(request, kit.file, kit.passphrase));
  await steps.run('secrets and settings', async () => {
    ensureSecrets(installation);
    await runtime.prepareSecrets();
    await runtime.prepareSettings();
  });
  await runtime.stop();
  const { version } = await putBack(request, archive, (wanted) => (build ? runtime.prepare(wanted) : runtime.recall(wanted)));
  await steps.run(`start release ${version}`, () => runtime.start(version));
  await steps.run('smoke tests', () => expectSmoke(installation, request.smoke, say));
  releases.end(version, 'restored');
}
