import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findPhi } from './find-phi.js';

/** Long enough that anything but linear time would not end within the limit of a test. */
const hostileLength = 60_000;
const seeds = [
  'a', '1', ' ', '-', '.', '@', 'A', 'Aa ', 'A. ', 'a.', '1-', '1 ', '1/', '1.', ':', '(', '((1', '\n', '[NAME-', 'www.', 'http://a', 'a@a.', 'A, ', "O'", 'Dr. ', 'Dr ', 'MRN ', 'id id ', 'no no ', 'name is ', 'Name: ', 'de la ', 'Von ',
  '123 Main ', '1 A ', 'St. ', 'Jan ', 'January 1 ', '1 Jan ', '12/12/', '2024-', '::', 'a:', 'ff:', '+1 ', '555-', '(555) ', '0 0 ', '4111 ', 'AB12 ', 'GB82', 'A-', 'a-b-', 'Ab-', 'x'.repeat(50), '1234567 ', 'Hospital ', 'The Medical ', 'Center of ',
  'Wilson ', 'Parkinson ', "Crohn's ", 'ninety ', '95 ', '95-year', 'of age ', 'call at ', 'fax ', 'ext ', 'É', 'ü', '漢', '🫀', '\u0301', 'a\u0301', '(01)12345678901234(10)', 'Mary Smith ', 'Smith, Mary, ', 'is is ', '# # ', '((a) ', 'in the ', 'San ',
];

describe('time', () => {
  it.each(seeds)('stays within bounds for many %j', (seed) => {
    const text = seed.repeat(Math.ceil(hostileLength / seed.length));
    const spans = findPhi(text);
    expect(spans.every(({ start, end }) => start < end && end <= text.length)).toBe(true);
  });
});

describe('any text', () => {
  it('gives ordered spans without overlaps, inside the text', () => {
    const word = fc.oneof(fc.constantFrom(...seeds), fc.string({ maxLength: 8, unit: 'grapheme' }), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const text = words.join('');
        let last = 0;
        for (const { start, end, score } of findPhi(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(score).toBeGreaterThan(0);
          last = end;
        }
      }),
      { numRuns: 500 },
    );
  });
});
