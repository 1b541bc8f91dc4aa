import { Config, PlatformPart, setting, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { z } from 'zod';
import { EncryptionConfig, shareMasterKeys } from '../encryption/open-master-keys.js';
import { openBlobs } from './open-blobs.js';

export class BlobsConfig extends Config({
  BLOB_URL: setting(
    z.string().regex(/^file:.+$/, 'must be file:<directory>').default('file:./data/blobs'),
    'Where uploaded files live: `file:<directory>`; services that share files need the same directory.',
  ),
}) {}

class BlobsPart extends PlatformPart {
  readonly name = 'blobs';
  override readonly configs = [BlobsConfig, EncryptionConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    return openBlobs({ url: context.config(BlobsConfig).BLOB_URL, masterKeys: await shareMasterKeys(context), logger: context.logger });
  }
}

/** Gives a service the `Blobs` that `BLOB_URL` names; all services of one product share them by key. They lie encrypted under the master keys. */
export function blobsPart(): PlatformPart {
  return new BlobsPart();
}
