import { describe, expect, it } from '@jest/globals';
import type { IndexModel, PassageEntry, PassageIndex, VectorIndex } from '../vector-index.js';
import { ask, define, entry, modelA, modelB } from './passages.js';

/** The part of the suite for engines that hold vectors. */
export function vectorConformance(current: () => VectorIndex): void {
  describe('vectors', () => {
    it('blends words with meaning and finds what only one of them knows', async () => {
      const opened = await current().openIndex(define(modelA));
      const byWords = entry({ text: 'aspirin aspirin', vector: [0, 1, 0] });
      const byBoth = entry({ text: 'aspirin dose', vector: [1, 0.1, 0] });
      const byMeaning = entry({ text: 'acetylsalicylic acid', vector: [1, 0, 0] });
      const unseen = entry({ text: 'aspirin without a vector yet for this long passage' });
      await opened.upsert([byWords, byBoth, byMeaning, unseen]);
      const hits = await opened.search(ask({ query: 'aspirin', queryVector: [2, 0, 0] }));
      expect(new Set(hits.map(({ passageId }) => passageId))).toEqual(new Set([byWords, byBoth, byMeaning, unseen].map(({ passageId }) => passageId)));
      const of = (one: PassageEntry) => hits.find(({ passageId }) => passageId === one.passageId);
      expect(of(byMeaning)).toMatchObject({ lexicalScore: 0 });
      expect(of(byMeaning)?.denseScore).toBeCloseTo(1, 5);
      expect(of(byMeaning)?.score).toBeCloseTo(0.2, 5);
      expect(of(byWords)?.score).toBeCloseTo(1, 5);
      expect(of(byWords)?.denseScore).toBeCloseTo(0, 5);
      expect(of(unseen)?.denseScore).toBeNull();
      const strong = await opened.search(ask({ query: 'aspirin', queryVector: [1, 0, 0], weights: { dense: 3 } }));
      expect(strong[0]?.passageId).toBe(byBoth.passageId);
      const off = await opened.search(ask({ query: 'aspirin', queryVector: [1, 0, 0], weights: { dense: 0 } }));
      expect(off.map(({ denseScore }) => denseScore)).toEqual([null, null, null]);
    });

    it('gives a passage found by meaning alone its place among few and many', async () => {
      const opened = await current().openIndex(define(modelA));
      const crowd = Array.from({ length: 150 }, (_, n) => entry({ text: `fever case ${n}`, vector: [0, 1, n / 1000] }));
      const near = entry({ text: 'fever and a much longer passage about something else entirely, said at length', vector: [1, 0, 0] });
      await opened.upsert([...crowd, near]);
      const hits = await opened.search(ask({ query: 'fever', queryVector: [1, 0, 0], limit: 3, weights: { dense: 5 } }));
      expect(hits[0]?.passageId).toBe(near.passageId);
      expect(hits[0]?.lexicalScore).toBeGreaterThan(0);
    });

    it('refuses vectors of another length, of another model, and without direction', async () => {
      const definition = define(modelA);
      const opened = await current().openIndex(definition);
      const mismatch = { code: 'DIMENSION_MISMATCH' };
      await expect(opened.upsert([entry({ text: 'fine', vector: [1, 2, 3] }), entry({ text: 'x', vector: [1, 2] })])).rejects.toMatchObject(mismatch);
      expect(await opened.count()).toBe(0);
      await expect(opened.search(ask({ query: 'x', queryVector: [1, 2, 3, 4] }))).rejects.toMatchObject(mismatch);
      await expect(opened.upsert([entry({ text: 'x', vector: [0, 0, 0] })])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(opened.upsert([entry({ text: 'x', vector: [Number.NaN, 0, 1] })])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      const sameLength = await current().openIndex({ ...definition, embedderId: 'model-c' });
      await expect(sameLength.upsert([entry({ text: 'x', vector: [1, 2, 3] })])).rejects.toMatchObject({ code: 'EMBEDDER_MISMATCH' });
      await opened.upsert([entry({ text: 'fever', vector: [1, 2, 3] })]);
      expect(await sameLength.search(ask({ query: 'fever', queryVector: [1, 2, 3] }))).toMatchObject([{ denseScore: null }]);
    });

    it('never compares vectors of two models while it moves from one to the other', async () => {
      const definition = define(modelA);
      const [asA, asB] = [await current().openIndex(definition), await current().openIndex({ ...definition, ...modelB })];
      const both = [entry({ text: 'fever one' }), entry({ text: 'fever two' })];
      await asA.upsert(both.map((one) => ({ ...one, vector: [1, 0, 0] })));
      let moving = true;
      const seen: (number | null)[][] = [[], []];
      const search = async (handle: PassageIndex, model: IndexModel, into: (number | null)[]): Promise<void> => {
        while (moving) {
          const hits = await handle.search(ask({ query: 'fever', queryVector: Array.from({ length: model.dimension ?? 0 }, () => 1) }));
          expect(hits).toHaveLength(2);
          into.push(...hits.map(({ denseScore }) => denseScore && Math.round(denseScore * 1000)));
        }
      };
      const searches = [search(asA, modelA, seen[0] ?? []), search(asB, modelB, seen[1] ?? [])];
      for (const [model, vector] of [[modelB, [1, 1, 0, 0]], [modelA, [1, 0, 0]], [modelB, [1, 1, 0, 0]]] as const) {
        const next = await asA.beginVersion(model);
        await next.upsert(both.map((one) => ({ ...one, vector })));
        await next.activate();
      }
      moving = false;
      await Promise.all(searches);
      expect(seen[0]?.filter((cosine) => cosine !== null && cosine !== 577)).toEqual([]);
      expect(seen[1]?.filter((cosine) => cosine !== null && cosine !== 707)).toEqual([]);
      expect(await asB.versions()).toMatchObject([modelB]);
    });
  });
}
