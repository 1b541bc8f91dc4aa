import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsServices } from '@voiceassist/messaging';
import { nkeys } from 'nats';
import { publicKeyVariable } from './render-permissions.js';

interface KeyPair {
  getSeed(): Uint8Array;
  getPublicKey(): string;
}

/** The part of nkeys that is used here; the package gives it no types. */
export const keyPairs = nkeys as unknown as { createUser(): KeyPair; fromSeed(seed: Uint8Array): KeyPair };

export interface BusKeys {
  /** What the NATS server needs in its environment: the public key of each service. */
  readonly publicKeys: Readonly<Record<string, string>>;
  /** File with the secret half, for `NATS_NKEY_SEED_FILE`. */
  seedFileOf(service: string): string;
}

/** The nkey of every service of this installation; keys are made where they are missing and readable by their owner only. */
export async function busKeysIn(folder: string): Promise<BusKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const seedFileOf = (service: string) => join(folder, `${service}.nkey`);
  const publicKeys: Record<string, string> = {};
  for (const service of natsServices) {
    const file = seedFileOf(service);
    if (!existsSync(file)) await writeFile(file, keyPairs.createUser().getSeed(), { mode: 0o600, flag: 'wx' });
    publicKeys[publicKeyVariable(service)] = keyPairs.fromSeed(await readFile(file)).getPublicKey();
  }
  return { publicKeys, seedFileOf };
}
