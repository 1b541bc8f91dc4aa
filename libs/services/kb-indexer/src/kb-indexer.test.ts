import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maxUploadBytes } from '@voiceassist/contracts';
import { pdfFile, pngFile, prosePage } from './fixtures/pdf-file.js';
import { KnowledgeBase, personOf, until } from './testing/knowledge-base.js';

const text = (content: string) => new TextEncoder().encode(content);
let knowledge: KnowledgeBase;
beforeAll(async () => {
  knowledge = await KnowledgeBase.start();
});
afterAll(() => knowledge?.close());

describe('taking a document in', () => {
  it('reads it through all stages and finds its passages at their pages', async () => {
    const bytes = pdfFile([prosePage('blood pressure', 12), prosePage('insulin', 12)]);
    const uploaded = await knowledge.upload({ bytes, fileName: 'Ward rules.pdf' });
    expect(uploaded).toMatchObject({ title: 'Ward rules', contentType: 'application/pdf', stage: 'queued', version: 1, failure: null, report: null });
    const seen = await knowledge.watched(uploaded.documentId);
    expect(seen.at(-1)).toMatchObject({ stage: 'ready', progress: 1, failure: null });
    expect(seen.map(({ progress }) => progress)).toEqual(seen.map(({ progress }) => progress).sort((a, b) => a - b));
    const document = await knowledge.client.readDocument({ documentId: uploaded.documentId }, knowledge.admin);
    expect(document.report).toMatchObject({ pages: 2, pagesWithoutText: [], warnings: [] });
    const { passages, searchedCollections } = await knowledge.client.searchPassages({ query: 'Who watches the insulin?' }, knowledge.admin);
    expect(passages[0]).toMatchObject({ documentId: document.documentId, page: 2, documentTitle: 'Ward rules', documentVersion: 1, denseScore: null });
    expect(searchedCollections).toEqual([{ collectionId: document.collectionId, name: 'General' }]);
    for (const passage of passages) {
      const page = await knowledge.client.readPage({ documentId: passage.documentId, page: passage.page }, knowledge.admin);
      expect(page.text.slice(passage.range.start, passage.range.end)).toBe(passage.text);
      expect(page.pageCount).toBe(2);
    }
    const again = await knowledge.client.readPassages({ passageIds: [passages[1]!.passageId, passages[0]!.passageId, document.documentId] }, knowledge.admin);
    expect(again.passages.map(({ passageId }) => passageId)).toEqual([passages[1]!.passageId, passages[0]!.passageId]);
    expect(await knowledge.client.downloadDocument({ documentId: document.documentId }, knowledge.admin)).toMatchObject({ fileName: 'Ward rules.pdf', contentType: 'application/pdf', sizeBytes: bytes.length });
    await expect(knowledge.client.readPage({ documentId: document.documentId, page: 3 }, knowledge.admin)).rejects.toMatchObject({ code: 'PAGE_NOT_FOUND' });
  });

  it('takes Markdown and right-to-left text with their headings', async () => {
    const markdown = '# علاج الألم\n\nيمكن استخدام الباراسيتامول لعلاج الألم الخفيف.\n\n# Pain 🩹\n\nParacetamol comes first.';
    const document = await knowledge.add({ bytes: text(markdown), fileName: 'pain.md' });
    expect(document).toMatchObject({ contentType: 'text/markdown', stage: 'ready' });
    const { passages } = await knowledge.client.searchPassages({ query: 'الباراسيتامول' }, knowledge.admin);
    expect(passages[0]).toMatchObject({ documentId: document.documentId, page: 1, heading: 'علاج الألم' });
  });

  it('calls a document as it was told, else as the document calls itself, else by its file', async () => {
    const headed = (heading: string) => pdfFile([{ texts: [{ text: heading, x: 72, y: 740, size: 20, font: 'bold' }, ...prosePage('cobalt', 5).texts!] }]);
    const given = await knowledge.add({ bytes: headed('Cobalt at work'), fileName: 'a.pdf', title: 'Told by a person' });
    expect(given.title).toBe('Told by a person');
    const uploaded = await knowledge.upload({ bytes: headed('Cobalt on the ward'), fileName: 'cobalt_on-ward.pdf' });
    expect(uploaded.title).toBe('cobalt on ward');
    expect((await knowledge.ended(uploaded)).title).toBe('Cobalt on the ward');
    const { passages } = await knowledge.client.searchPassages({ query: 'Cobalt on the ward', limit: 1 }, knowledge.admin);
    expect(passages).toMatchObject([{ documentId: uploaded.documentId, documentTitle: 'Cobalt on the ward' }]);
    expect((await knowledge.add({ bytes: text('Cobalt is a metal.'), fileName: 'heavy-metals.txt' })).title).toBe('heavy metals');
  });

  it('opens every page of a file that is one line of two megabytes', async () => {
    const document = await knowledge.add({ bytes: text('dysprosium'.repeat(200_000)), fileName: 'one-line.txt' });
    expect(document).toMatchObject({ stage: 'ready', report: { pages: 20, characters: 2_000_000 } });
    const pages = await Promise.all(Array.from({ length: 20 }, (_, index) => knowledge.client.readPage({ documentId: document.documentId, page: index + 1 }, knowledge.admin)));
    expect(pages.map((page) => page.text).join('')).toBe('dysprosium'.repeat(200_000));
  });

  it('reports pages without text instead of passing over them', async () => {
    const document = await knowledge.add({ bytes: pdfFile([prosePage('sodium', 4), { image: true }, {}]) });
    expect(document).toMatchObject({ stage: 'ready', report: { pages: 3, pagesWithoutText: [2, 3] } });
  });

  it.each([
    ['PDF_ENCRYPTED', pdfFile([prosePage('lock', 3)], { encrypted: true })],
    ['PDF_NO_PAGES', pdfFile([])],
    ['PDF_NO_TEXT', pdfFile([{ image: true }])],
    ['PDF_BROKEN', text('%PDF-1.7 and then nothing of the kind')],
    ['TEXT_NOT_DECODABLE', Uint8Array.from([...text('x'.repeat(70_000)), 0xff, 0xff])],
  ])('ends as failed with %s and a sentence', async (code, bytes) => {
    const document = await knowledge.add({ bytes, fileName: code.startsWith('TEXT') ? 'a.txt' : 'a.pdf' });
    expect(document).toMatchObject({ stage: 'failed', failure: { code } });
    expect(document.failure?.message).toMatch(/\.$/);
  });

  it('refuses at once what is no document', async () => {
    const refusal = (bytes: Uint8Array, fileName = 'a.pdf') => knowledge.upload({ bytes, fileName });
    await expect(refusal(pngFile)).rejects.toMatchObject({ code: 'FILE_TYPE_REFUSED', message: expect.stringContaining('PNG') as unknown });
    await expect(refusal(new Uint8Array())).rejects.toMatchObject({ code: 'FILE_EMPTY' });
    const file = { ...(await knowledge.store(text('x'), 'a.txt')), sizeBytes: maxUploadBytes + 1 };
    await expect(knowledge.client.uploadDocument({ file }, knowledge.admin)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await expect(knowledge.upload({ bytes: text('y'), fileName: 'y.txt', collectionId: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
    await expect(knowledge.client.uploadDocument({ file }, knowledge.as(personOf('clinician')))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('keeps one of many uploads of the same file, and names it to the others', async () => {
    const bytes = pdfFile([prosePage('potassium', 3)]);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => knowledge.upload({ bytes })));
    const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(kept).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DOCUMENT_DUPLICATE', details: { documentId: kept[0]!.documentId } });
    }
    await knowledge.ended(kept[0]!);
  });

  it('answers a repeated request for the same stored file with the same document', async () => {
    const file = await knowledge.store(text('A repeated request is one request.'), 'same.txt');
    const [first, second] = [await knowledge.client.uploadDocument({ file }, knowledge.admin), await knowledge.client.uploadDocument({ file }, knowledge.admin)];
    expect(second.documentId).toBe(first.documentId);
    await knowledge.ended(first);
  });

  it('lets no bad file of a batch sink another', async () => {
    const good = Array.from({ length: 5 }, (_, index) => ({ bytes: pdfFile([prosePage(`batch${index}`, 6)]) }));
    const bad = [{ bytes: pdfFile([], { encrypted: true }) }, { bytes: text('%PDF-1.4 broken in a batch') }];
    const ended = await Promise.all([good[0]!, bad[0]!, good[1]!, good[2]!, bad[1]!, good[3]!, good[4]!].map((upload) => knowledge.add(upload)));
    expect(ended.map(({ stage }) => stage)).toEqual(['ready', 'failed', 'ready', 'ready', 'failed', 'ready', 'ready']);
  });
});

describe('removing', () => {
  it('takes a document out of the very next search, then its vectors, bytes and last row; then it may come again', async () => {
    const bytes = pdfFile([prosePage('magnesium', 6)]);
    const document = await knowledge.add({ bytes });
    const { blobKey } = await knowledge.client.downloadDocument(document, knowledge.admin);
    const [passage] = (await knowledge.client.searchPassages({ query: 'magnesium' }, knowledge.admin)).passages;
    await knowledge.client.deleteDocument(document, knowledge.admin);
    expect(await knowledge.found('magnesium')).not.toContain(document.documentId);
    expect(await knowledge.client.readPassages({ passageIds: [passage!.passageId] }, knowledge.admin)).toEqual({ passages: [] });
    for (const ask of ['readDocument', 'downloadDocument', 'deleteDocument', 'retryDocument', 'cancelDocument'] as const) {
      await expect(knowledge.client[ask](document, knowledge.admin)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    }
    await expect(knowledge.watched(document.documentId)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await until(async () => (await knowledge.blobs.stat(blobKey)) === null);
    expect((await knowledge.add({ bytes })).stage).toBe('ready');
  });

  it('finds as many passages as there are although better ones were just removed', async () => {
    const sentence = 'Zinc is given to children with diarrhoea. ';
    const removed = await Promise.all(Array.from({ length: 4 }, (_, index) => knowledge.add({ bytes: text(sentence.repeat(80) + index), fileName: `zinc${index}.txt` })));
    const kept = await knowledge.add({ bytes: text('Zinc is also found in many foods that people eat each day in other countries.'), fileName: 'foods.txt' });
    await Promise.all(removed.map((document) => knowledge.client.deleteDocument(document, knowledge.admin)));
    expect(await knowledge.found('zinc')).toEqual([kept.documentId]);
  });

  it('takes a collection with all it holds', async () => {
    const { collectionId } = await knowledge.client.createCollection({ name: 'Short-lived' }, knowledge.admin);
    const document = await knowledge.add({ bytes: text('Selenium in the short-lived collection.'), fileName: 's.txt', collectionId });
    await knowledge.client.deleteCollection({ collectionId }, knowledge.admin);
    expect(await knowledge.found('selenium')).toEqual([]);
    await expect(knowledge.client.readDocument(document, knowledge.admin)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(knowledge.client.searchPassages({ query: 'x', collectionIds: [collectionId] }, knowledge.admin)).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
    await expect(knowledge.client.deleteCollection({ collectionId }, knowledge.admin)).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
  });
});

describe('stopping and trying again', () => {
  it('stops what is in work, takes it up again, and refuses both for what is ready', async () => {
    const bytes = pdfFile(Array.from({ length: 60 }, (_, index) => prosePage(`chapter${index}`, 40)));
    const document = await knowledge.upload({ bytes, fileName: 'long.pdf' });
    expect(await knowledge.client.cancelDocument(document, knowledge.admin)).toMatchObject({ stage: 'cancelled' });
    await expect(knowledge.client.cancelDocument(document, knowledge.admin)).rejects.toMatchObject({ code: 'NOT_CANCELLABLE' });
    expect(await knowledge.client.retryDocument(document, knowledge.admin)).toMatchObject({ stage: 'queued', progress: 0 });
    expect((await knowledge.ended(document)).stage).toBe('ready');
    await expect(knowledge.client.retryDocument(document, knowledge.admin)).rejects.toMatchObject({ code: 'NOT_RETRYABLE' });
    await expect(knowledge.client.cancelDocument(document, knowledge.admin)).rejects.toMatchObject({ code: 'NOT_CANCELLABLE' });
    expect(new Set(await knowledge.found('chapter7')).size).toBe(1);
  });

  it('fails again for the same reason when the file is at fault', async () => {
    const document = await knowledge.add({ bytes: pdfFile([{ image: true }, { image: true }]) });
    await knowledge.client.retryDocument(document, knowledge.admin);
    expect(await knowledge.ended(document)).toMatchObject({ stage: 'failed', failure: { code: 'PDF_NO_TEXT' } });
  });

  it('says when the stored file is gone', async () => {
    const document = await knowledge.upload({ bytes: text('This file will be lost.'), fileName: 'lost.txt' });
    await knowledge.client.cancelDocument(document, knowledge.admin);
    const { blobKey } = await knowledge.client.downloadDocument(document, knowledge.admin);
    await knowledge.blobs.delete(blobKey);
    await knowledge.client.retryDocument(document, knowledge.admin);
    expect((await knowledge.ended(document)).failure).toMatchObject({ code: expect.stringMatching(/FILE_MISSING/) as unknown });
  });

  it('ends a watch whose reader has gone away', async () => {
    const document = await knowledge.upload({ bytes: pdfFile(Array.from({ length: 30 }, () => prosePage('waiting', 40))) });
    for await (const progress of knowledge.client.watchDocument(document, knowledge.admin)) {
      expect(progress.documentId).toBe(document.documentId);
      break;
    }
    await knowledge.ended(document);
  });
});
