import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findQuote } from './find-quote.js';

const page = ['Wash the wound with soap and wa-', 'ter for at least 5 minutes; do not', ' scrub and do not suck the wound.', 'After a splash into the eye, rinse.'];
const marked = (items: readonly string[], quote: string) => findQuote(items, quote).ranges.map(({ item, start, end }) => items[item]?.slice(start, end));

describe('finding a quote on a page', () => {
  it('finds it across lines, hyphens and spaces', () => {
    expect(marked(page, 'with soap and water for at least 5 minutes; do not scrub')).toEqual(['with soap and wa', 'ter for at least 5 minutes; do not', 'scrub']);
  });

  it('reads through ligatures, case and full-width forms', () => {
    expect(findQuote(['The eﬃcacy of ﬁrst-line ＡＢＣ'], 'the efficacy of first-line abc').coverage).toBe(1);
  });

  it('highlights nothing when less than half is there', () => {
    expect(findQuote(page, 'Wash the wound with something entirely different that nobody wrote on this page at all, ever').ranges).toEqual([]);
    expect(findQuote(page, '…').ranges).toEqual([]);
  });

  it('finds any stretch of any page, with ranges inside the items', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 8 }), fc.nat(), (items, seed) => {
        const from = seed % items.length;
        const { ranges, coverage } = findQuote(items, items.slice(from, from + 3).join(' '));
        for (const { item, start, end } of ranges) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(items[item]?.length ?? 0);
        }
        expect(coverage === 0 || coverage === 1).toBe(true);
      }),
    );
  });
});
