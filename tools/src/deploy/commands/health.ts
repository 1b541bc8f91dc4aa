import { statfsSync, statSync } from 'node:fs';
import { backupsOf } from '../backup/backup.js';
import type { Installation } from '../installation.js';
import { Releases } from '../releases.js';
import type { Runtime } from '../runtime/runtime.js';
import { Door } from '../../smoke/door.js';
import type { SmokeTarget } from '../smoke-of.js';

export interface HealthLine {
  readonly what: string;
  readonly good: boolean;
  readonly detail: string;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const oldestBackupHours = 24;
const fewestDays = 14;
const leastFreeShare = 0.1;

async function certificateLine({ url, caFile, connectTo }: SmokeTarget): Promise<HealthLine[]> {
  const door = new Door({ baseUrl: url, caFile, connectTo });
  if (!door.isHttps) return [];
  const shaken = await door.handshake().catch((error: Error) => error);
  if (shaken instanceof Error) return [{ what: 'certificate', good: false, detail: shaken.message }];
  const days = Math.floor((Date.parse(shaken.certificate.valid_to) - Date.now()) / dayMs);
  return [{ what: 'certificate', good: shaken.distrust === null && days >= fewestDays, detail: shaken.distrust ?? `${days} days left` }];
}

function backupLine(installation: Installation): HealthLine {
  const [newest] = backupsOf(installation);
  if (newest === undefined) return { what: 'backup', good: false, detail: 'there is none' };
  const { mtimeMs, size } = statSync(newest);
  const hours = (Date.now() - mtimeMs) / hourMs;
  return { what: 'backup', good: hours <= oldestBackupHours, detail: `${hours.toFixed(1)} h old, ${(size / 1_048_576).toFixed(1)} MB` };
}

function diskLine({ folder }: Installation): HealthLine {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const share = bavail / blocks;
  return { what: 'disk', good: share >= leastFreeShare, detail: `${((bavail * bsize) / 1e9).toFixed(1)} GB free (${Math.round(share * 100)} %)` };
}

/** How the installation is: every service, what watches them, the certificate, the newest backup, the disk. */
export async function healthOf(installation: Installation, runtime: Runtime, target: SmokeTarget): Promise<HealthLine[]> {
  const { current, pending } = new Releases(installation).read();
  const services = [...(await runtime.services()), ...(await runtime.watchers())];
  return [
    { what: 'release', good: current !== undefined && pending === undefined, detail: pending ? `a change to ${pending.version} was cut off: run it again` : (current ?? 'none') },
    ...services.map(({ name, ready, detail }) => ({ what: name, good: ready, detail })),
    ...(await certificateLine(target)), backupLine(installation), diskLine(installation),
  ];
}
