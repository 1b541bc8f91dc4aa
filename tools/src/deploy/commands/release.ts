import { type Site, putBack, removeOld, takeBackup } from '../backup/backup.js';
import { checkVersion, Releases } from '../releases.js';
import { ensureSecrets } from '../secrets.js';
import { expectSmoke, type SmokeTarget } from '../smoke-of.js';

export interface ReleaseRequest extends Site {
  readonly version: string;
  readonly smoke: SmokeTarget;
  readonly keepBackups: number;
  readonly say: (text: string) => void;
}

/** A release did not pass, and the one before runs again. */
export class RolledBack extends Error {}

/** How many steps `changeRelease` takes at most, the rollback left out. */
export const releaseSteps = 7;

/**
 * Brings the installation to the version: from nothing, or from another one. Before another one is left, a backup is taken;
 * when the new one does not start or does not pass the smoke tests, that backup is put back and the old version runs again.
 * Cut off at any point, the same command goes on where it can and ends in the same state.
 */
export async function changeRelease(request: ReleaseRequest): Promise<void> {
  const { installation, runtime, steps, say } = request;
  const version = checkVersion(request.version);
  const releases = new Releases(installation);
  await steps.run('check the machine', async () => {
    const faults = await runtime.faults();
    if (faults.length > 0) throw new Error(`this machine cannot run it yet:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  });
  await steps.run('secrets and settings', async () => {
    const made = ensureSecrets(installation);
    await runtime.prepareSecrets();
    await runtime.prepareSettings();
    say(made.length > 0 ? `  made ${made.join(', ')}` : '  all there, none touched');
  });
  await steps.run(`get release ${version}`, () => runtime.prepare(version));
  const { current, pending } = releases.read();
  if (pending?.rollingBack && pending.from !== undefined && pending.backup !== undefined) {
    await rollBack({ ...request, version: pending.version }, { from: pending.from, backup: pending.backup, cause: new Error('its rollback was cut off') });
  }
  const from = pending ? pending.from : current;
  const changes = from !== undefined && from !== version;
  // a way back there must be, before anything is left
  if (changes) await runtime.recall(from);
  // a backup of a change that was cut off is of the state before it; one taken now might not be
  const backup = changes ? (pending?.backup ?? (await takeBackup(request, from)).file) : undefined;
  releases.begin({ version, from, backup });
  try {
    await steps.run(`start release ${version}`, () => runtime.start(version));
    await steps.run('smoke tests', () => expectSmoke(installation, request.smoke, say));
  } catch (error) {
    if (from === undefined || backup === undefined) throw error;
    await rollBack(request, { from, backup, cause: error });
  }
  releases.end(version, changes ? 'upgraded' : 'deployed', backup);
  removeOld(installation, request.keepBackups, backup);
}

async function rollBack(request: ReleaseRequest, { from, backup, cause }: { from: string; backup: string; cause: unknown }): Promise<never> {
  const { runtime, say, installation } = request;
  const reason = cause instanceof Error ? cause.message : String(cause);
  say(`rolling back to ${from}: ${reason}`);
  // from here on the data may be half of each: whoever comes next must end this and nothing else
  new Releases(installation).begin({ version: request.version, from, backup, rollingBack: true });
  await runtime.recall(from);
  await runtime.stop();
  await putBack(request, backup);
  await runtime.start(from);
  await expectSmoke(installation, request.smoke, say);
  new Releases(installation).end(from, 'rolled back', backup);
  throw new RolledBack(`release ${request.version} did not pass and ${from} runs again with the data of before: ${reason}`);
}
