import { Config, PlatformPart, setting, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { z } from 'zod';
import { openBlobs } from './open-blobs.js';

export class BlobsConfig extends Config({
  BLOB_URL: setting(
    z.string().regex(/^file:.+$/, 'must be file:<directory>').default('file:./data/blobs'),
    'Where uploaded files live: `file:<directory>`; services that share files need the same directory.',
  ),
}) {}

class BlobsPart extends PlatformPart {
  readonly name = 'blobs';
  override readonly configs = [BlobsConfig];

  open(context: PartContext): Promise<OpenedPart> {
    return openBlobs(context.config(BlobsConfig).BLOB_URL);
  }
}

/** Gives a service the `Blobs` that `BLOB_URL` names; all services of one product share them by key. */
export function blobsPart(): PlatformPart {
  return new BlobsPart();
}
