import { resolve } from 'node:path';
import { Config, secretSetting, setting, type Dependency, type PartContext } from '@voiceassist/kit';
import { z } from 'zod';
import type { MasterKeys } from './master-keys.js';
import { parseTransitUrl } from './transit/transit-address.js';

const isKeysUrl = (url: string) => /^(env:|file:.+)$/.test(url) || parseTransitUrl(url) !== null;

export class EncryptionConfig extends Config({
  ENCRYPTION_KEYS_URL: setting(
    z.string().refine(isKeysUrl, 'must be file:<file>, env: or vault+https://<host>/<mount>/<key> (vault+http only for this machine)').default('file:./data/keys/encryption.keys'),
    'Where the master keys are that protect files and conversations: `file:<file>` (made at the first start), `env:` for `ENCRYPTION_KEYS`, or `vault+https://<host>/<mount>/<key>` for a key of the Transit engine of HashiCorp Vault or OpenBao.',
  ),
  ENCRYPTION_KEYS: secretSetting(z.string().optional(), 'Master keys as `<id>:<32 bytes in base64>`, parted by commas; the first one wraps new data keys, all unwrap. With a Transit key they only unwrap what was stored before the move.'),
  ENCRYPTION_KEYS_TOKEN_FILE: setting(z.string().optional(), 'File with the token for the Transit key; read anew for each request, so that an agent may renew it.'),
  ENCRYPTION_KEYS_KEEP_MINUTES: setting(
    z.coerce.number().int().min(1).max(1_440).default(15),
    'How many minutes a data key that Transit has unwrapped is used without asking again: so long stored data can be read while the key server is away, and so long after its access was withdrawn.',
  ),
}) {}

/** Opens the keys that the settings name. */
export async function openMasterKeys(config: Partial<EncryptionConfig> & Pick<EncryptionConfig, 'ENCRYPTION_KEYS_URL'>): Promise<MasterKeys> {
  const { ENCRYPTION_KEYS_URL: url, ENCRYPTION_KEYS: text } = config;
  if (url.startsWith('vault+')) return openTransit(config);
  if (url === 'env:') {
    const { EnvironmentMasterKeys } = await import('./environment.master-keys.js');
    if (text === undefined) throw new Error('ENCRYPTION_KEYS_URL=env: needs ENCRYPTION_KEYS');
    return new EnvironmentMasterKeys(text);
  }
  const { FileMasterKeys } = await import('./file.master-keys.js');
  return FileMasterKeys.open(resolve(url.slice('file:'.length).replace(/^\/\//, '')));
}

async function openTransit(config: Partial<EncryptionConfig> & Pick<EncryptionConfig, 'ENCRYPTION_KEYS_URL'>): Promise<MasterKeys> {
  const { ENCRYPTION_KEYS_URL: url, ENCRYPTION_KEYS: text, ENCRYPTION_KEYS_TOKEN_FILE: tokenFile, ENCRYPTION_KEYS_KEEP_MINUTES: minutes = 15 } = config;
  const address = parseTransitUrl(url);
  if (!address) throw new Error('ENCRYPTION_KEYS_URL names no Transit key');
  if (tokenFile === undefined) throw new Error('ENCRYPTION_KEYS_URL=vault+… needs ENCRYPTION_KEYS_TOKEN_FILE');
  const [{ TransitMasterKeys }, { EnvironmentMasterKeys }] = await Promise.all([import('./transit.master-keys.js'), import('./environment.master-keys.js')]);
  return TransitMasterKeys.open({ address, tokenFile, keepMs: minutes * 60_000, earlier: text === undefined ? undefined : new EnvironmentMasterKeys(text) });
}

/** The process's master keys. */
export function shareMasterKeys(context: PartContext): Promise<MasterKeys> {
  return context.share('master-keys', () => openMasterKeys(context.config(EncryptionConfig)));
}

/** What readiness shows of keys outside of the process. Not required: what was read lately can be read without them. */
export function masterKeysDependency(keys: MasterKeys): Dependency[] {
  return keys.check ? [{ name: 'encryption-keys', required: false, check: async () => keys.check?.() }] : [];
}
