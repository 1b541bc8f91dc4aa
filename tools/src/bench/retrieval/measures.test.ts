import { describe, expect, it } from '@jest/globals';
import { average, measure, percentile } from './measures.js';

describe('measures of retrieval', () => {
  const judgements = new Map([['a', 1], ['b', 1], ['c', 0]]);

  it('gives full marks to a perfect answer and none to a wrong one', () => {
    expect(measure(['a', 'b', 'x'], judgements)).toEqual({ ndcgAt10: 1, recallAt10: 1, recallAt100: 1, mrrAt10: 1 });
    expect(measure(['x', 'c'], judgements)).toEqual({ ndcgAt10: 0, recallAt10: 0, recallAt100: 0, mrrAt10: 0 });
  });

  it('discounts by rank', () => {
    const found = measure(['x', 'a'], judgements);
    expect(found.ndcgAt10).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 10);
    expect(found).toMatchObject({ recallAt10: 0.5, mrrAt10: 0.5 });
    const late = [...Array.from({ length: 10 }, (_, n) => `x${n}`), 'a'];
    expect(measure(late, judgements)).toEqual({ ndcgAt10: 0, recallAt10: 0, recallAt100: 0.5, mrrAt10: 0 });
  });

  it('averages, and reads percentiles off the sorted figures', () => {
    expect(average([measure(['a', 'b'], judgements), measure([], judgements)])).toMatchObject({ ndcgAt10: 0.5, mrrAt10: 0.5 });
    expect([percentile([5, 1, 3, 2, 4], 0.5), percentile([5, 1, 3, 2, 4], 0.95)]).toEqual([3, 5]);
  });
});
