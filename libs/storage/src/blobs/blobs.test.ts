import { mkdtemp, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { masterKey } from '../encryption/master-keys.conformance.js';
import { PartHost } from '../testing/open-part.js';
import { Blobs } from './blobs.js';
import { describeBlobs } from './blobs.conformance.js';
import { blobsPart } from './blobs-part.js';
import { DirectoryBlobs } from './directory.blobs.js';

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'voiceassist-blobs-'));

async function openDirectory(folder: string) {
  const { get, opened } = await new PartHost().open(blobsPart(), { BLOB_URL: `file:${folder}`, ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: masterKey('test') });
  return { blobs: get(Blobs), opened };
}

describeBlobs('a plain directory', async () => {
  const folder = await temporaryFolder();
  return { blobs: await DirectoryBlobs.open(folder), close: () => rm(folder, { recursive: true }) };
});

describeBlobs('an encrypted directory', async () => {
  const folder = await temporaryFolder();
  return { ...(await openDirectory(folder)), close: () => rm(folder, { recursive: true }) };
});

it('removes what a crashed upload left, but not one that is under way, and reports a lost directory', async () => {
  const folder = await temporaryFolder();
  const drafts = join(folder, '.incoming');
  await mkdir(drafts);
  await writeFile(join(drafts, 'old'), 'x');
  await writeFile(join(drafts, 'new'), 'x');
  const longAgo = new Date(Date.now() - 48 * 3_600_000);
  await utimes(join(drafts, 'old'), longAgo, longAgo);
  const { opened } = await openDirectory(folder);
  expect(await readdir(drafts)).toEqual(['new']);
  const check = () => opened.dependencies?.[0]?.check(AbortSignal.timeout(1_000));
  await check();
  await rm(folder, { recursive: true });
  await expect(check()).rejects.toThrow();
});
