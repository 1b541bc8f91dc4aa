import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const othersMayPass = 0o001;

function isReachable(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & othersMayPass) !== 0 && (parent === folder || isReachable(parent));
}

/**
 * Where PostgreSQL keeps its data. It does not run as root, so under root the data folder is opened for passing through;
 * where a folder above it is closed (such as /root), a folder of its own under /var/lib is used, the same at each start.
 */
export async function postgresFolder(dataFolder: string): Promise<string> {
  const inside = join(dataFolder, 'postgres');
  if (process.getuid?.() !== 0) return inside;
  await chmod(dataFolder, 0o711);
  if (isReachable(dataFolder)) return inside;
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
  return join('/var/lib/voiceassist', `postgres-${name}`);
}
