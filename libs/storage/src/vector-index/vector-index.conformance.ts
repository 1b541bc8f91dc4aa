import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analysePassage, analyseQuery } from '../lexical/analyse.js';
import { inverseDocumentFrequency, termWeight } from '../lexical/bm25.js';
import { ask, corpus, define, entry, modelA, wordsOnly } from './conformance/passages.js';
import { vectorConformance } from './conformance/vectors.conformance.js';
import type { PassageEntry, PassageIndex, VectorIndex } from './vector-index.js';

export interface VectorIndexUnderTest {
  /** False where the engine can hold no vectors: then the suite demands the refusal instead. */
  readonly vectors: boolean;
  open(): Promise<{ index: VectorIndex; close(): Promise<void> }>;
}

/** BM25 as the textbook has it, one passage after the other. */
function referenceScores(entries: readonly PassageEntry[], query: string, averageLength: number): Map<string, number> {
  const analysed = entries.map((one) => ({ id: one.passageId, ...analysePassage(one.title, one.text) }));
  const scores = new Map<string, number>();
  for (const [term, times] of analyseQuery(query)) {
    const containing = analysed.filter(({ frequencies }) => frequencies.has(term));
    const idf = inverseDocumentFrequency(entries.length, containing.length);
    for (const { id, frequencies, length } of containing) {
      const weight = termWeight({ frequency: frequencies.get(term) ?? 0, length, averageLength });
      scores.set(id, (scores.get(id) ?? 0) + times * idf * weight);
    }
  }
  return scores;
}

async function expectReference(opened: PassageIndex, entries: readonly PassageEntry[], query: string): Promise<void> {
  const [active] = await opened.versions();
  const reference = referenceScores(entries, query, active?.averageLength ?? 0);
  const hits = await opened.search(ask({ query }));
  expect(new Set(hits.map(({ passageId }) => passageId))).toEqual(new Set(reference.keys()));
  for (const { passageId, lexicalScore } of hits) expect(lexicalScore).toBeCloseTo(reference.get(passageId) ?? 0, 4);
  const scores = hits.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((one, other) => other - one));
  if (scores.length > 0) expect(scores[0]).toBeCloseTo(1, 6);
}

/** What every adapter promises; an adapter is what passes this. */
export function vectorIndexConformance(name: string, { vectors, open }: VectorIndexUnderTest): void {
  describe(`vector index: ${name}`, () => {
    let index: VectorIndex;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ index, close } = await open());
    });
    afterAll(async () => {
      await close();
    });

    describe('words', () => {
      it('scores and ranks as BM25 does', async () => {
        const opened = await index.openIndex(define());
        await opened.upsert(corpus);
        expect(await opened.count()).toBe(corpus.length);
        for (const query of ['treatment of hypertension', 'What causes kidney disease?', 'wash hands hands', 'TNF-alpha IL6', 'diabetes 500mg', 'ضغط الدم', 'לחץ דם', '高血圧', 'nothing-of-this', 'what is the']) {
          await expectReference(opened, corpus, query);
        }
      });

      it('keeps scores right through replacements and deletions', async () => {
        const opened = await index.openIndex(define());
        const [first, second, ...others] = corpus as [PassageEntry, PassageEntry, ...PassageEntry[]];
        await opened.upsert(corpus);
        const changed = { ...first, text: 'Diet lowers blood pressure; diet and salt.', documentId: 'document-2' };
        await opened.upsert([changed, second]);
        await opened.upsert([changed, { ...second, text: 'replaced at once' }, second]);
        await expectReference(opened, [changed, second, ...others], 'diet against hypertension treatment');
        await opened.deleteDocument('document-2');
        await opened.deleteDocument('document-2');
        await opened.deleteDocument('never-there');
        expect(await opened.count()).toBe(corpus.length - 1);
        await expectReference(opened, [second, ...others], 'diet against hypertension treatment');
      });

      it('takes hostile, huge and empty texts as text', async () => {
        const opened = await index.openIndex(define());
        const hostile = `'; drop table "x"; -- $1 %s \\ \u0000 \ud800 {"$ne":null} ${'a'.repeat(5_000)}`;
        await opened.upsert([entry({ title: hostile, text: 'surviving passage' }), entry({ text: '' }), entry({ title: '', text: 'the of and' }), ...corpus]);
        expect(await opened.count()).toBe(corpus.length + 3);
        for (const query of [hostile, `surviving ${'word '.repeat(50_000)}`, Array.from({ length: 3_000 }, (_, i) => `w${i}`).join(' ')]) {
          await expect(opened.search(ask({ query }))).resolves.toBeInstanceOf(Array);
        }
        expect(await opened.search(ask({ query: 'surviving' }))).toHaveLength(1);
        expect(await opened.search(ask({ query: '' }))).toEqual([]);
        await opened.deleteDocument(`'; delete from document; --`);
        expect(await opened.count()).toBe(corpus.length + 3);
      });
    });

    describe('collections', () => {
      it('never shows a passage of a collection that was not asked for', async () => {
        const opened = await index.openIndex(define(vectors ? modelA : wordsOnly));
        const collections = ['c0', 'c1', 'c2', 'c3', 'canary'];
        await opened.upsert(
          collections.flatMap((collectionId) =>
            [0, 1, 2].map((n) => entry({ collectionId, documentId: `${collectionId}-${n}`, text: `fever cough ${collectionId} number ${n}`, vector: vectors ? [1, n, collectionId.length] : null })),
          ),
        );
        await fc.assert(
          fc.asyncProperty(fc.subarray(['c0', 'c1', 'c2', 'c3', 'unknown', "x' or '1'='1"]), fc.constantFrom('fever', 'cough canary', 'number 2', 'zzz'), async (collectionIds, query) => {
            const hits = await opened.search(ask({ query, collectionIds, queryVector: vectors ? [1, 1, 1] : null, limit: 50 }));
            expect(hits.filter(({ collectionId }) => !collectionIds.includes(collectionId))).toEqual([]);
            const readable = collectionIds.filter((id) => collections.includes(id)).length * 3;
            if (vectors || query === 'fever') expect(hits).toHaveLength(readable);
          }),
          { numRuns: 40 },
        );
      });

      it('moves a passage with its collection', async () => {
        const opened = await index.openIndex(define());
        const moved = entry({ text: 'fever', collectionId: 'here' });
        await opened.upsert([moved]);
        await opened.upsert([{ ...moved, collectionId: 'there' }]);
        expect(await opened.search(ask({ query: 'fever', collectionIds: ['here'] }))).toEqual([]);
        expect(await opened.search(ask({ query: 'fever', collectionIds: ['there'] }))).toHaveLength(1);
      });
    });

    describe('handles', () => {
      it('opens one index under one name, also at once and again', async () => {
        const definition = define();
        const opened = await Promise.all([1, 2, 3].map(() => index.openIndex(definition)));
        await opened[0]?.upsert([entry({ text: 'fever' })]);
        await Promise.all(opened.map(async (one) => expect(await one.count()).toBe(1)));
        expect(await (await index.openIndex(define())).count()).toBe(0);
      });

      it('refuses what no index can take', async () => {
        const refused = { code: 'INVALID_ARGUMENT' };
        await expect(index.openIndex({ name: 'Not A Name', ...wordsOnly })).rejects.toMatchObject(refused);
        await expect(index.openIndex({ name: 'half', embedderId: 'x', dimension: null })).rejects.toMatchObject(refused);
        const opened = await index.openIndex(define());
        await expect(opened.search(ask({ query: 'x', limit: 0 }))).rejects.toMatchObject(refused);
        await expect(opened.upsert([entry({ text: 'x', vector: [1, 2, 3] })])).rejects.toMatchObject({ code: 'DIMENSION_MISMATCH' });
      });

      it('survives many writers and readers at once', async () => {
        const opened = await index.openIndex(define());
        await Promise.all(
          Array.from({ length: 12 }, async (_, n) => {
            await opened.upsert([0, 1, 2].map((k) => entry({ documentId: `d${n % 3}`, text: `fever shared words number ${n} ${k}` })));
            await opened.search(ask({ query: 'fever' }));
          }),
        );
        expect(await opened.count()).toBe(36);
        await Promise.all(['d0', 'd1'].map((id) => opened.deleteDocument(id)));
        expect(await opened.count()).toBe(12);
      });
    });

    describe('versions', () => {
      it('fills beside the active one and switches in one step', async () => {
        const opened = await index.openIndex(define());
        await opened.upsert([entry({ text: 'fever old', documentId: 'gone' }), entry({ text: 'fever old' })]);
        const filling = await opened.beginVersion(wordsOnly);
        await filling.upsert([entry({ text: 'fever new', documentId: 'gone' }), entry({ text: 'fever new' }), entry({ text: 'cough new' })]);
        expect([await opened.count(), await filling.count()]).toEqual([2, 3]);
        await opened.deleteDocument('gone');
        expect([await opened.count(), await filling.count()]).toEqual([1, 2]);
        expect((await opened.versions()).map(({ active }) => active)).toEqual([true, false]);
        const resumed = await opened.findFilling();
        expect(resumed?.version).toBe(filling.version);
        await resumed?.activate();
        expect(await opened.search(ask({ query: 'old' }))).toEqual([]);
        expect(await opened.search(ask({ query: 'new' }))).toHaveLength(2);
        expect(await opened.versions()).toMatchObject([{ version: filling.version, active: true }]);
        expect(await opened.findFilling()).toBeNull();
        await expect(filling.activate()).rejects.toMatchObject({ code: 'VERSION_GONE' });
        await filling.abandon();
        expect(await opened.count()).toBe(2);
      });

      it('drops a filling version that is abandoned or overtaken', async () => {
        const opened = await index.openIndex(define());
        const first = await opened.beginVersion(wordsOnly);
        const second = await opened.beginVersion(wordsOnly);
        expect(second.version).toBeGreaterThan(first.version);
        await expect(first.upsert([entry({ text: 'x' })])).rejects.toMatchObject({ code: 'VERSION_GONE' });
        await second.abandon();
        await second.abandon();
        await expect(second.activate()).rejects.toMatchObject({ code: 'VERSION_GONE' });
        expect(await opened.versions()).toHaveLength(1);
      });

      it('answers every search while versions are switched under it', async () => {
        const opened = await index.openIndex(define());
        await opened.upsert([entry({ text: 'fever generation 0' })]);
        let switching = true;
        const counts = new Set<number>();
        const search = async (): Promise<void> => {
          while (switching) counts.add((await opened.search(ask({ query: 'fever' }))).length);
        };
        const searches = [search(), search(), search()];
        for (let generation = 1; generation <= 6; generation++) {
          const next = await opened.beginVersion(wordsOnly);
          await next.upsert([entry({ text: `fever generation ${generation}` })]);
          await next.activate();
        }
        switching = false;
        await Promise.all(searches);
        expect([...counts]).toEqual([1]);
      });
    });

    if (vectors) vectorConformance(() => index);
    else {
      it('says that it cannot hold vectors', async () => {
        await expect(index.openIndex(define(modelA))).rejects.toMatchObject({ code: 'VECTORS_UNSUPPORTED' });
      });
    }
  });
}
