import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analysePassage, analyseQuery } from '../../lexical/analyse.js';
import { inverseDocumentFrequency, termWeight } from '../../lexical/bm25.js';
import { startPgliteServer } from '../../sql/pglite-server.js';
import type { PassageEntry, PassageIndex, VectorIndex } from '../vector-index.js';
import { openOwnDatabase } from './own-database.js';
import { boundOf, planTerms } from './term-plan.js';

let database: VectorIndex;
let close: () => Promise<void>;
beforeAll(async () => {
  const server = await startPgliteServer({ home: { memory: true } });
  database = await openOwnDatabase(server.url);
  close = () => database.close().finally(() => server.stop());
}, 60_000);
afterAll(() => close());

describe('which postings are read', () => {
  const term = fc.record({ termNo: fc.integer({ min: 1, max: 1e6 }), documentFrequency: fc.integer({ min: 1, max: 50_000 }), weight: fc.double({ min: 0.01, max: 12, noNaN: true }) });

  it('loses no term, and bounds what is left for later', () => {
    fc.assert(
      fc.property(fc.uniqueArray(term, { selector: ({ termNo }) => termNo, minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 100 }), (terms, limit) => {
        const { essential, rest, restBound } = planTerms(terms, limit);
        expect(new Set([...essential, ...rest])).toEqual(new Set(terms));
        expect(essential.length).toBeGreaterThan(0);
        expect(restBound).toBeCloseTo(boundOf(rest), 6);
      }),
    );
  });

  it('leaves a common word beside a rare one for later', () => {
    const rare = { termNo: 1, documentFrequency: 60, weight: 7 };
    const common = { termNo: 2, documentFrequency: 40_000, weight: 0.9 };
    expect(planTerms([common, rare], 10)).toMatchObject({ essential: [rare], rest: [common] });
  });
});

describe('answers when postings are left unread', () => {
  // passages of invented words whose frequencies fall as those of a language do
  const word = (random: number): string => `w${'abcdefghij'[Math.floor(random ** 4 * 10)]}${Math.floor(random ** 6 * 40)}x`;
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const entries = Array.from({ length: 1_200 }, (_, n): PassageEntry => {
    const text = Array.from({ length: 5 + Math.floor(random() * 30) }, () => word(random())).join(' ');
    return { passageId: `p${n}`, documentId: 'd', collectionId: n % 3 === 0 ? 'a' : 'b', title: '', text, vector: null };
  });
  const analysed = entries.map((entry) => ({ entry, ...analysePassage('', entry.text) }));
  const averageLength = analysed.reduce((total, { length }) => total + length, 0) / analysed.length;
  const containing = new Map<string, number>();
  for (const { frequencies } of analysed) for (const term of frequencies.keys()) containing.set(term, (containing.get(term) ?? 0) + 1);

  let index: PassageIndex;
  beforeAll(async () => {
    index = await database.openIndex({ name: 'unread', embedderId: null, dimension: null });
    await index.upsert(entries);
  }, 120_000);
  it('are those of reading everything', async () => {
    let shortened = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 20 }), fc.constantFrom<string[]>(['a'], ['a', 'b']), async (picks, limit, collectionIds) => {
        const query = picks.map(word).join(' ');
        const scored = analysed.filter(({ entry }) => collectionIds.includes(entry.collectionId)).map(({ frequencies, length }) =>
          [...analyseQuery(query)].reduce((total, [term, times]) => {
            const frequency = frequencies.get(term) ?? 0;
            return frequency === 0 ? total : total + times * inverseDocumentFrequency(entries.length, containing.get(term) ?? 0) * termWeight({ frequency, length, averageLength });
          }, 0),
        );
        const expected = scored.filter((one) => one > 0).sort((one, other) => other - one).slice(0, limit);
        const known = [...analyseQuery(query).keys()].map((term, termNo) => ({ termNo, documentFrequency: containing.get(term) ?? 0, weight: inverseDocumentFrequency(entries.length, containing.get(term) ?? 0) }));
        if (planTerms(known, limit).rest.length > 0) shortened += 1;
        const hits = await index.search({ query, queryVector: null, collectionIds, limit });
        expect(hits.map(({ lexicalScore }) => lexicalScore.toFixed(6))).toEqual(expected.map((one) => one.toFixed(6)));
      }),
      { numRuns: 60 },
    );
    expect(shortened).toBeGreaterThan(0);
  }, 120_000);
});

describe('the vector graph', () => {
  it('fills an answer from the readable passages, however many nearer ones may not be read', async () => {
    const model = { embedderId: 'model', dimension: 3 };
    const index = await database.openIndex({ name: 'graph', ...model });
    const filling = await index.beginVersion(model);
    const crowd = (collectionId: string, y: number): PassageEntry[] =>
      Array.from({ length: 1_100 }, (_, n) => ({ passageId: `${collectionId}-${n}`, documentId: 'd', collectionId, title: '', text: 'x', vector: [1, y + n / 1e5, 0.1] }));
    await filling.upsert([...crowd('near', 0), ...crowd('far', 3)]);
    await filling.activate();
    const hits = await index.search({ query: '', queryVector: [1, 0, 0.1], collectionIds: ['far'], limit: 100 });
    expect(hits).toHaveLength(100);
    expect(new Set(hits.map(({ collectionId }) => collectionId))).toEqual(new Set(['far']));
    const [best] = await index.search({ query: '', queryVector: [1, 0, 0.1], collectionIds: ['near', 'far'], limit: 5 });
    expect(best).toMatchObject({ collectionId: 'near' });
    expect(best?.denseScore).toBeCloseTo(1, 4);
  }, 120_000);
});
