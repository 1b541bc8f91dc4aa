import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ScopedBlobs } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { CollectionKeys } from './collections/collection-keys.js';
import { FileMoves } from './documents/file-moves.service.js';
import { KnowledgeBase, until } from './testing/knowledge-base.js';

let knowledge: KnowledgeBase;
let backup: string;
beforeAll(async () => {
  backup = await mkdtemp(join(tmpdir(), 'kb-backup-'));
  knowledge = await KnowledgeBase.start({ LOG_LEVEL: 'silent' });
}, 120_000);
afterAll(async () => {
  await knowledge?.close();
  await rm(backup, { recursive: true, force: true });
});

const bytes = (content: string) => new TextEncoder().encode(content);
const collection = async (name: string) => (await knowledge.client.createCollection({ name, description: '', grants: { roles: ['clinician'], userIds: [] } }, knowledge.admin)).collectionId;
const add = async (content: string, collectionId: string) => {
  const { documentId } = await knowledge.add({ bytes: bytes(content), fileName: `${content.slice(0, 8)}.txt`, collectionId });
  return knowledge.client.downloadDocument({ documentId }, knowledge.admin);
};

it('deleting a collection destroys the one key that all its files hang on, copies of the blob store included; others are not touched', async () => {
  const blobs = knowledge.get(ScopedBlobs);
  const keys = knowledge.get(CollectionKeys);
  const [gone, kept] = [await collection('To be erased'), await collection('To be kept')];
  const [first, second, other] = [await add('Thallium is toxic.', gone), await add('Beryllium, too.', gone), await add('Zinc is needed.', kept)];
  // what the gateway does with the answer, and what it cannot do without it
  expect(await text(await blobs.openWith(first.blobKey, first.pass ?? ''))).toBe('Thallium is toxic.');
  await expect(blobs.open(first.blobKey)).rejects.toThrow('hangs on a key');

  const scope = await keys.toRead(gone);
  expect(await text(await blobs.openIn(second.blobKey, scope))).toBe('Beryllium, too.');
  await cp(join(knowledge.folder, 'blobs'), backup, { recursive: true });
  await knowledge.client.deleteCollection({ collectionId: gone }, knowledge.admin);
  expect(await knowledge.get(DataSource).query('SELECT scope FROM data_key ORDER BY scope')).toEqual([{ scope: `collection/${kept}` }]);

  const purged = async () => (await Promise.all([first, second].map(({ blobKey }) => blobs.stat(blobKey)))).every((facts) => facts === null);
  await until(purged);
  await cp(backup, join(knowledge.folder, 'blobs'), { recursive: true, force: true }); // the backup comes back, with all master keys
  for (const { blobKey } of [first, second]) {
    await expect(blobs.openIn(blobKey, await keys.toRead(gone))).rejects.toThrow('has been destroyed');
    await expect(blobs.open(blobKey)).rejects.toThrow();
  }
  expect(await keys.toWrite(gone)).toBeNull(); // the key never comes back under its name
  expect(await text(await blobs.openWith(other.blobKey, other.pass ?? ''))).toBe('Zinc is needed.');
});

it('files from before hang on their collection after one round in the background, and are readable before and after', async () => {
  const blobs = knowledge.get(ScopedBlobs);
  const collectionId = await collection('From before');
  const { documentId } = await knowledge.add({ bytes: bytes('Iodine is stored in the thyroid.'), fileName: 'iodine.txt', collectionId });
  const early = await blobs.put([bytes('Iodine as it lay there before.')] as never, { maxBytes: 1_000 }); // an array of parts is read like a stream of them
  await knowledge.get(DataSource).query('UPDATE document SET blob_key = $2 WHERE id = $1', [documentId, early.key]);
  const before = await knowledge.client.downloadDocument({ documentId }, knowledge.admin);
  expect(await text(await blobs.open(before.blobKey))).toBe('Iodine as it lay there before.');
  expect(await knowledge.get(FileMoves).round()).toBe(1);
  expect(await knowledge.get(FileMoves).round()).toBe(0);
  // a download that was begun before the move ends well
  expect(await text(await blobs.openWith(before.blobKey, before.pass ?? ''))).toBe('Iodine as it lay there before.');
  const after = await knowledge.client.downloadDocument({ documentId }, knowledge.admin);
  expect(await text(await blobs.openWith(after.blobKey, after.pass ?? ''))).toBe('Iodine as it lay there before.');
});
