import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blend } from './blend.js';

const candidate = fc.record({ id: fc.uuid(), lexicalScore: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 60, noNaN: true })), cosine: fc.option(fc.double({ min: -1, max: 1, noNaN: true })) });
const candidates = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 60 });
const asLexical = ({ id, lexicalScore }: { id: string; lexicalScore: number }) => ({ passageId: id, documentId: 'd', collectionId: 'c', lexicalScore });

describe('blend', () => {
  it('is BM25 in its own order without an encoder', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 80 }), (given, limit) => {
        const hits = blend({ lexical: given.map(asLexical), dense: null, limit });
        expect(hits).toHaveLength(Math.min(limit, given.length));
        const scores = hits.map(({ lexicalScore }) => lexicalScore);
        expect(scores).toEqual([...scores].sort((one, other) => other - one));
        expect(hits.every(({ denseScore }) => denseScore === null)).toBe(true);
      }),
    );
  });

  it('keeps the order of words where the division rounds two scores to one', () => {
    const pairs = [['a', 1.9999999999999993], ['b', 1.9999999999999996], ['best', 3.8]] as const;
    expect(pairs[0][1] / 3.8).toBe(pairs[1][1] / 3.8);
    const hits = blend({ lexical: pairs.map(([id, lexicalScore]) => asLexical({ id, lexicalScore })), dense: null, limit: 3 });
    expect(hits.map(({ passageId }) => passageId)).toEqual(['best', 'b', 'a']);
  });

  it('never lets the encoder overrule a lead by words of more than its weight', () => {
    fc.assert(
      fc.property(candidates, (given) => {
        const dense = new Map(given.flatMap(({ id, cosine }) => (cosine === null ? [] : [[id, cosine] as const])));
        const hits = blend({ lexical: given.map(asLexical), dense, limit: 100 });
        const best = Math.max(0, ...hits.map(({ lexicalScore }) => lexicalScore)) || 1;
        for (const [rank, hit] of hits.entries()) {
          for (const lower of hits.slice(rank + 1)) expect((lower.lexicalScore - hit.lexicalScore) / best).toBeLessThanOrEqual(0.2 + 1e-9);
          expect(hit.score).toBeGreaterThanOrEqual(0);
          expect(hit.score).toBeLessThanOrEqual(1.2 + 1e-9);
        }
      }),
    );
  });

  it('does not depend on the order in which candidates come', () => {
    fc.assert(
      fc.property(candidates, (given) => {
        const dense = new Map(given.map(({ id, cosine }) => [id, cosine ?? 0]));
        const forwards = blend({ lexical: given.map(asLexical), dense, limit: 10 });
        expect(blend({ lexical: given.map(asLexical).reverse(), dense, limit: 10 })).toEqual(forwards);
      }),
    );
  });
});
