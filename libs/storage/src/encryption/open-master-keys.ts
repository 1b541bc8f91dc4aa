import { resolve } from 'node:path';
import { Config, secretSetting, setting, type PartContext } from '@voiceassist/kit';
import { z } from 'zod';
import type { MasterKeys } from './master-keys.js';

export class EncryptionConfig extends Config({
  ENCRYPTION_KEYS_URL: setting(
    z.string().regex(/^(env:|file:.+)$/, 'must be file:<file> or env:').default('file:./data/keys/encryption.keys'),
    'Where the master keys are that protect files and conversations: `file:<file>` (made at the first start) or `env:` for `ENCRYPTION_KEYS`.',
  ),
  ENCRYPTION_KEYS: secretSetting(z.string().optional(), 'Master keys as `<id>:<32 bytes in base64>`, parted by commas; the first one wraps new data keys, all unwrap.'),
}) {}

export async function openMasterKeys({ ENCRYPTION_KEYS_URL: url, ENCRYPTION_KEYS: text }: EncryptionConfig): Promise<MasterKeys> {
  if (url === 'env:') {
    const { EnvironmentMasterKeys } = await import('./environment.master-keys.js');
    if (text === undefined) throw new Error('ENCRYPTION_KEYS_URL=env: needs ENCRYPTION_KEYS');
    return new EnvironmentMasterKeys(text);
  }
  const { FileMasterKeys } = await import('./file.master-keys.js');
  return FileMasterKeys.open(resolve(url.slice('file:'.length).replace(/^\/\//, '')));
}

/** The process's master keys. */
export function shareMasterKeys(context: PartContext): Promise<MasterKeys> {
  return context.share('master-keys', () => openMasterKeys(context.config(EncryptionConfig)));
}
