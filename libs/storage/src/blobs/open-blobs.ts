import { resolve } from 'node:path';
import type { OpenedPart } from '@voiceassist/kit';
import { Blobs } from './blobs.js';

type Opened = Pick<OpenedPart, 'provides' | 'dependencies' | 'close'>;

/** `file:<directory>` → a store; relative directories start at the working directory. */
export async function openBlobs(url: string): Promise<Opened> {
  const { DirectoryBlobs } = await import('./directory.blobs.js');
  const store = await DirectoryBlobs.open(resolve(url.slice('file:'.length).replace(/^\/\//, '')));
  return {
    provides: [{ token: Blobs, value: store }],
    dependencies: [{ name: 'blobs', required: true, check: () => store.check() }],
    close: async () => undefined,
  };
}
