import { resolve } from 'node:path';
import type { OpenedPart } from '@voiceassist/kit';
import type { Logger } from 'pino';
import type { MasterKeys } from '../encryption/master-keys.js';
import { masterKeysDependency } from '../encryption/open-master-keys.js';
import { Blobs } from './blobs.js';
import { ScopedBlobs } from './scoped-blobs.js';

type Opened = Pick<OpenedPart, 'provides' | 'dependencies' | 'started' | 'close'>;

interface BlobsOptions {
  /** `file:<directory>`; relative directories start at the working directory. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Opens the store that the URL names; what it holds is encrypted. */
export async function openBlobs({ url, masterKeys, logger }: BlobsOptions): Promise<Opened> {
  const [{ DirectoryBlobs }, { EncryptedBlobs }, { BlobKeeping }] = await Promise.all([
    import('./directory.blobs.js'), import('./encrypted/encrypted.blobs.js'), import('./encrypted/blob-keeping.js'),
  ]);
  const store = await DirectoryBlobs.open(resolve(url.slice('file:'.length).replace(/^\/\//, '')));
  const blobs = new EncryptedBlobs(store, masterKeys);
  const keeping = new BlobKeeping({ blobs, masterKeys, logger });
  return {
    provides: [{ token: Blobs, value: blobs }, { token: ScopedBlobs, value: blobs }],
    dependencies: [{ name: 'blobs', required: true, check: () => store.check() }, ...masterKeysDependency(masterKeys)],
    started: async () => keeping.start(),
    close: () => keeping.stop(),
  };
}
