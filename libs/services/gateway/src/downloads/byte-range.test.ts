import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rangeOf } from './byte-range.js';

describe('rangeOf', () => {
  it('never leaves the file and never throws, whatever is asked', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,12}-\d{0,12}$/)), fc.nat(10_000), (header, size) => {
      const decision = rangeOf(header, size);
      if (decision.kind !== 'part') return true;
      return decision.start >= 0 && decision.start <= decision.end && decision.end < size;
    }), { numRuns: 2_000 });
  });

  it('reads the forms of RFC 9110', () => {
    expect(rangeOf('bytes=0-0', 10)).toEqual({ kind: 'part', start: 0, end: 0 });
    expect(rangeOf('bytes=-20', 10)).toEqual({ kind: 'part', start: 0, end: 9 });
    expect(rangeOf('bytes=9-', 10)).toEqual({ kind: 'part', start: 9, end: 9 });
    for (const header of ['bytes=10-', 'bytes=-0']) expect(rangeOf(header, 10)).toEqual({ kind: 'unsatisfiable' });
    for (const header of [undefined, '', 'items=0-1', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=a-b', 'bytes=-']) expect(rangeOf(header, 10)).toEqual({ kind: 'whole' });
  });
});
