import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document } from '@voiceassist/contracts';
import { KnowledgeBase, personOf } from './testing/knowledge-base.js';

const text = (content: string) => new TextEncoder().encode(content);
const unknown = '00000000-0000-4000-8000-000000000000';
const [clinician, viewer, named, stranger] = [personOf('clinician'), personOf('viewer'), personOf('viewer'), personOf('clinician')];

let knowledge: KnowledgeBase;
let open: Document;
let secret: Document;
let secretCollection: Collection;

beforeAll(async () => {
  knowledge = await KnowledgeBase.start();
  const userIds = named.type === 'user' ? [named.userId] : [];
  secretCollection = await knowledge.client.createCollection({ name: 'Secret', grants: { roles: [], userIds } }, knowledge.admin);
  open = await knowledge.add({ bytes: text('Canary words are known to every clinician.'), fileName: 'open.txt' });
  secret = await knowledge.add({ bytes: text('Canary words of the secret collection, canary canary.'), fileName: 'secret.txt', collectionId: secretCollection.collectionId });
});
afterAll(() => knowledge?.close());

/** Somebody to whom the secret collection is not granted, with an emergency access to it until so many seconds from now. */
function inEmergency(seconds: number) {
  const emergency = { emergencyId: unknown, collectionId: secretCollection.collectionId, until: Math.floor(Date.now() / 1_000) + seconds };
  return knowledge.as({ ...personOf('nurse', 'clinician'), emergency });
}

describe('who may read what', () => {
  it.each([
    ['an administrator', () => knowledge.admin, [() => open, () => secret]],
    ['a named person', () => knowledge.as(named), [() => open, () => secret]],
    ['a clinician who is not named', () => knowledge.as(stranger), [() => open]],
    ['somebody with emergency access', () => inEmergency(60), [() => open, () => secret]],
    ['somebody whose emergency access has run out', () => inEmergency(-1), [() => open]],
  ])('%s searches and lists only that', async (_, call, expected) => {
    const ids = expected.map((document) => document().documentId).sort();
    expect((await knowledge.found('canary', call())).sort()).toEqual(ids);
    expect((await knowledge.client.listDocuments({}, call())).items.map(({ documentId }) => documentId).sort()).toEqual(ids);
    expect((await knowledge.client.listCollections({}, call())).items).toHaveLength(ids.length);
  });

  it('names what is locked to those who may open it in an emergency', async () => {
    const locked = [{ collectionId: secretCollection.collectionId, name: 'Secret' }];
    expect(await knowledge.client.listLockedCollections({}, knowledge.as(stranger))).toEqual({ collections: locked });
    expect(await knowledge.client.listLockedCollections({}, inEmergency(60))).toEqual({ collections: [] });
    await expect(knowledge.client.listLockedCollections({}, knowledge.as(viewer))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('answers for foreign documents and collections as if they did not exist', async () => {
    const call = knowledge.as(stranger);
    for (const documentId of [secret.documentId, unknown]) {
      const notFound = { code: 'DOCUMENT_NOT_FOUND', message: 'There is no such document.' };
      await expect(knowledge.client.readDocument({ documentId }, call)).rejects.toMatchObject(notFound);
      await expect(knowledge.client.downloadDocument({ documentId }, call)).rejects.toMatchObject(notFound);
      await expect(knowledge.client.readPage({ documentId, page: 1 }, call)).rejects.toMatchObject(notFound);
      const watch = async () => {
        for await (const progress of knowledge.client.watchDocument({ documentId }, call)) expect(progress).toBeUndefined();
      };
      await expect(watch()).rejects.toMatchObject(notFound);
    }
    for (const collectionId of [secretCollection.collectionId, unknown]) {
      await expect(knowledge.client.searchPassages({ query: 'canary', collectionIds: [open.collectionId, collectionId] }, call)).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
      expect((await knowledge.client.listDocuments({ collectionId }, call)).items).toEqual([]);
    }
    const { passages } = await knowledge.client.searchPassages({ query: 'canary' }, knowledge.admin);
    const passageIds = passages.map(({ passageId }) => passageId);
    expect((await knowledge.client.readPassages({ passageIds }, call)).passages.map(({ documentId }) => documentId)).toEqual([open.documentId]);
  });

  it('shows researchers no identifiers, wherever a text appears, and no original', async () => {
    const note = 'Quokka trial. Patient: Mrs. Harriet Blackwood, MRN 48213377, phone 555-867-5309, seen on 03/14/2024. Quokka dose: 5 mg.';
    const { documentId } = await knowledge.add({ bytes: text(note), fileName: 'quokka.txt' });
    const researcher = knowledge.as(personOf('researcher'));
    const { passages } = await knowledge.client.searchPassages({ query: 'quokka' }, researcher);
    const [again] = (await knowledge.client.readPassages({ passageIds: passages.map(({ passageId }) => passageId) }, researcher)).passages;
    const page = await knowledge.client.readPage({ documentId, page: 1 }, researcher);
    for (const shown of [passages[0]?.text, again?.text, page.text]) {
      expect(shown).toContain('Quokka dose: 5 mg');
      expect(shown).toContain('[NAME]');
      for (const identifier of ['Blackwood', '48213377', '867-5309', '03/14/2024']) expect(shown).not.toContain(identifier);
    }
    await expect(knowledge.client.downloadDocument({ documentId }, researcher)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await knowledge.client.readPage({ documentId, page: 1 }, knowledge.as(stranger))).text).toContain('Blackwood');
    await knowledge.client.deleteDocument({ documentId }, knowledge.admin);
  });

  it('masks the names of collections for researchers, and tells nobody but administrators who else may read', async () => {
    const other = personOf('viewer');
    const userIds = [named, other].flatMap((actor) => (actor.type === 'user' ? [actor.userId] : []));
    const grants = { roles: ['researcher' as const, 'clinician' as const], userIds };
    const { collectionId } = await knowledge.client.createCollection({ name: 'Wishes of Mrs. Harriet Blackwood', description: 'Call 555-867-5309', grants }, knowledge.admin);
    const seenBy = async (call: ReturnType<typeof knowledge.as>) => (await knowledge.client.listCollections({}, call)).items.find((one) => one.collectionId === collectionId);
    expect(await seenBy(knowledge.admin)).toMatchObject({ name: 'Wishes of Mrs. Harriet Blackwood', grants: { userIds } });
    expect(await seenBy(knowledge.as(stranger))).toMatchObject({ name: 'Wishes of Mrs. Harriet Blackwood', grants: { userIds: [] } });
    expect(await seenBy(knowledge.as(named))).toMatchObject({ grants: { userIds: userIds.slice(0, 1) } });
    const researcher = knowledge.as(personOf('researcher'));
    const { searchedCollections } = await knowledge.client.searchPassages({ query: 'wishes' }, researcher);
    for (const shown of [await seenBy(researcher), searchedCollections]) expect(JSON.stringify(shown)).not.toMatch(/Blackwood|867-5309/);
    await knowledge.client.deleteCollection({ collectionId }, knowledge.admin);
  });

  it('obeys a changed grant with the next question', async () => {
    const collectionId = secretCollection.collectionId;
    const grant = (grants: { roles?: ('clinician' | 'viewer')[]; userIds?: string[] }) => knowledge.client.changeGrants({ collectionId, grants }, knowledge.admin);
    expect(await grant({ roles: ['viewer'] })).toMatchObject({ grants: { roles: ['viewer'], userIds: [] }, documentCount: 1 });
    expect(await knowledge.found('canary', knowledge.as(viewer))).toContain(secret.documentId);
    await grant({});
    for (const actor of [viewer, named, clinician]) expect(await knowledge.found('canary', knowledge.as(actor))).toEqual([open.documentId]);
    await expect(knowledge.client.readDocument(secret, knowledge.as(named))).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(knowledge.client.changeGrants({ collectionId: unknown, grants: {} }, knowledge.admin)).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
  });

  it('searches only the collections asked for, and says which', async () => {
    const answer = await knowledge.client.searchPassages({ query: 'canary', collectionIds: [secretCollection.collectionId] }, knowledge.admin);
    expect(answer.passages.map(({ documentId }) => documentId)).toEqual([secret.documentId]);
    expect(answer.searchedCollections).toEqual([{ collectionId: secretCollection.collectionId, name: 'Secret' }]);
  });

  it('leaves changes to administrators and nothing to strangers', async () => {
    const call = knowledge.as(clinician);
    await expect(knowledge.client.createCollection({ name: 'Mine' }, call)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(knowledge.client.deleteDocument(open, call)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(knowledge.client.deleteCollection(open, call)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(knowledge.client.countKnowledge({}, call)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(knowledge.client.searchPassages({ query: 'canary' }, knowledge.as({ type: 'anonymous' }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

it('keeps the names of collections apart, whatever their case', async () => {
  const made = await Promise.allSettled(['Cardiology', 'cardiology', 'CARDIOLOGY '].map((name) => knowledge.client.createCollection({ name }, knowledge.admin)));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of made) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'COLLECTION_NAME_TAKEN' });
});

it('counts for other services, and pages its lists', async () => {
  const counted = await knowledge.client.countKnowledge({}, knowledge.as({ type: 'service', service: 'admin' }));
  expect(counted).toMatchObject({ documents: 2, passages: 2, byStage: { ready: 2 } });
  const page = await knowledge.client.listDocuments({ page: 2, pageSize: 1 }, knowledge.admin);
  expect(page.items).toHaveLength(1);
  expect(page.pagination).toEqual({ page: 2, pageSize: 1, totalItems: 2, totalPages: 2 });
});
