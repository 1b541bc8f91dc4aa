import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findPhi } from '../find-phi.js';
import { maskPhi, PhiMasker } from './mask-phi.js';
import { placeholderWords } from './placeholders.js';
import { PhiRestorer, restorePhi } from './restore-phi.js';

const note = 'Patient: Rose Young, MRN 89918134, DOB 4/24/89. Rose called 617-555-0123; Dr. Okafor will see Rose on June 20, 2023.';

describe('masking', () => {
  it('numbers each value once per kind, and turns it back', () => {
    const { text, placeholders, counts } = maskPhi(note);
    expect(text).toBe('Patient: [NAME-1], MRN [MRN-1], DOB [DATE-1]. [NAME-2] called [PHONE-1]; Dr. [NAME-3] will see [NAME-2] on [DATE-2].');
    expect(counts).toEqual({ name: 4, record: 1, date: 2, phone: 1 });
    expect(restorePhi(text, placeholders)).toBe(note);
  });

  it('shares one numbering between texts', () => {
    const masker = new PhiMasker();
    expect([masker.mask('Mrs. Okafor'), masker.mask('Mr. Chen and Mrs. Okafor')]).toEqual(['Mrs. [NAME-1]', 'Mr. [NAME-2] and Mrs. [NAME-1]']);
  });

  it('knows in one text what another told', () => {
    const masker = new PhiMasker();
    const texts = ['Letter about Zephyrine Quandtworth (8991-8134)', 'Patient: Zephyrine Quandtworth, MRN 8991-8134.'];
    for (const text of texts) masker.learn(text);
    expect(texts.map((text) => masker.mask(text))).toEqual(['Letter about [NAME-1] ([MRN-1])', 'Patient: [NAME-1], MRN [MRN-1].']);
  });

  it('never gives a number that the text itself uses', () => {
    const { text, placeholders } = maskPhi('You wrote [NAME-1] and NAME-7 before. Mrs. Okafor asks.');
    expect(text).toContain('Mrs. [NAME-8]');
    expect(restorePhi(text, placeholders)).toBe('You wrote [NAME-1] and NAME-7 before. Mrs. Okafor asks.');
  });

  it.each(['[NAME-1]', '[name-1]', '[NAME 1]', '[Name_1]', '[NAME‑1]', '**[NAME-1]**', 'NAME-1', '［NAME-1］', '[ NAME-1 ]'])('survives a model that writes %s', (written) => {
    expect(restorePhi(`Tell ${written}, please.`, new Map([['[NAME-1]', 'Okafor']]))).toMatch(/^Tell (?:\*\*)?Okafor(?:\*\*)?, please\.$/);
  });

  it('leaves alone what only looks like a placeholder', () => {
    const placeholders = new Map([['[NAME-1]', 'Okafor'], ['[DATE-1]', '4/24/89']]);
    for (const text of ['[NAME-2]', '[1]', 'name 1', 'SURNAME-1', 'date 1 of 3', '[NAME-1x]', 'NAME-12', 'CODE-1', '[citation 1]']) expect(restorePhi(text, placeholders)).toBe(text);
  });
});

describe('restoring a stream', () => {
  const words = Object.values(placeholderWords);
  const placeholders = new Map(words.flatMap((word) => [1, 12].map((number) => [`[${word}-${String(number)}]`, `«${word.toLowerCase()} ${String(number)}»`] as const)));
  const piece = fc.oneof(
    fc.constantFrom(...words.flatMap((word) => [`[${word}-1]`, `${word}-12`, `[${word.toLowerCase()} 1]`, `[${word}`, word, `[${word}-`, `${word}-`])),
    fc.constantFrom('[', ']', '[1]', ' ', '.', 'MRN', 'N', '-', '1', 'the dose', '\n', 'a'),
    fc.string({ maxLength: 6 }),
  );

  it('says the same however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 20 }), (pieces, cuts) => {
        const text = pieces.join('');
        const edges = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const restorer = new PhiRestorer(placeholders);
        const said = edges.slice(1).map((edge, index) => restorer.push(text.slice(edges[index], edge))).join('') + restorer.end();
        expect(said).toBe(restorePhi(text, placeholders));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not hold back what can be no placeholder', () => {
    const restorer = new PhiRestorer(placeholders);
    expect(restorer.push('Give 5 mg [1]. Then ')).toBe('Give 5 mg [1]. Then ');
    expect(restorer.push('see [NA')).toBe('see ');
    expect(restorer.push('ME-1]')).toBe('«name 1»');
  });
});

describe('masking any text', () => {
  it('restores to the same text and leaves nothing to find of what it masked', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('Dr. Okafor', 'SSN 610-72-2451', 'on 3/5/23', ' ', '\n', '[NAME-1]', 'call (617) 555-0123', 'aspirin 81 mg'), fc.string({ maxLength: 12, unit: 'grapheme' })), { maxLength: 10 }), (parts) => {
        const text = parts.join(' ');
        const { text: masked, placeholders } = maskPhi(text);
        expect(restorePhi(masked, placeholders)).toBe(text);
        for (const { kind, start, end } of findPhi(text)) if (kind === 'ssn') expect(masked).not.toContain(text.slice(start, end));
      }),
      { numRuns: 300 },
    );
  });
});
