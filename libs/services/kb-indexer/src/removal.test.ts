import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { kb } from '@voiceassist/contracts';
import { Jobs } from '@voiceassist/messaging';
import { DataSource } from 'typeorm';
import { KnowledgeIndex } from './search/knowledge-index.js';
import { FailingRemovalModule, removal } from './testing/failing-removal.js';
import { KnowledgeBase, until } from './testing/knowledge-base.js';

let knowledge: KnowledgeBase;
beforeAll(async () => {
  knowledge = await KnowledgeBase.start({ LOG_LEVEL: 'silent', ORPHANED_BLOB_AGE_MS: '1000' }, FailingRemovalModule);
});
afterAll(() => knowledge?.close());

it('a document whose vectors cannot be removed at first is never found again, and the removal is repeated until all is gone', async () => {
  const document = await knowledge.add({ bytes: new TextEncoder().encode('Strontium is stored in bones.'), fileName: 'strontium.txt' });
  const { blobKey } = await knowledge.client.downloadDocument(document, knowledge.admin);
  const { passages: index } = knowledge.get(KnowledgeIndex);
  const inIndex = () => index.search({ query: 'strontium', queryVector: null, collectionIds: [document.collectionId], limit: 10 });
  expect(await knowledge.found('strontium')).toEqual([document.documentId]);
  const purge = () => knowledge.get(Jobs).state(knowledge.get(DataSource).manager, kb.purgeDocument, document.documentId);

  removal.broken = true;
  await knowledge.client.deleteDocument(document, knowledge.admin);
  expect(await knowledge.found('strontium')).toEqual([]);
  await until(async () => removal.failures > 0 && (await purge())?.reason !== null);
  expect(await purge()).not.toMatchObject({ state: expect.stringMatching(/done|failed|cancelled/) as unknown });
  expect(await inIndex()).toHaveLength(1);
  expect(await knowledge.blobs.stat(blobKey)).not.toBeNull();
  expect(await knowledge.found('strontium')).toEqual([]);

  removal.broken = false;
  await until(async () => (await purge())?.state === 'done');
  expect(await inIndex()).toEqual([]);
  expect(await index.count()).toBe(0);
  expect(await knowledge.blobs.stat(blobKey)).toBeNull();
  expect(await knowledge.get(DataSource).query('SELECT id FROM document WHERE id = $1', [document.documentId])).toEqual([]);
  expect(await knowledge.found('strontium')).toEqual([]);
});

it('a removal whose attempts are used up is taken up again', async () => {
  const document = await knowledge.add({ bytes: new TextEncoder().encode('Rubidium is measured in serum.'), fileName: 'rubidium.txt' });
  const { manager } = knowledge.get(DataSource);
  removal.broken = true;
  await knowledge.client.deleteDocument(document, knowledge.admin);
  const givenUp = `UPDATE job SET state = 'failed', lease_until = NULL, finished_at = now() WHERE key = $1 AND subject = $2`;
  await manager.query(givenUp, [document.documentId, kb.purgeDocument.subject]);
  await manager.query(`UPDATE document SET deleted_at = now() - interval '1 hour' WHERE id = $1`, [document.documentId]);
  removal.broken = false;
  await until(async () => (await manager.query<unknown[]>('SELECT id FROM document WHERE id = $1', [document.documentId])).length === 0);
  expect(await knowledge.get(KnowledgeIndex).passages.count()).toBe(0);
});
