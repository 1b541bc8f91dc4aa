import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analysePassage, analyseQuery } from './analyse.js';
import { inverseDocumentFrequency, termWeight } from './bm25.js';
import { stem } from './stem.js';
import { longestToken, tokenise } from './tokenise.js';

describe('tokens', () => {
  it.each([
    ['numbers and units', '5mg 5 mg 3.5 mg 1,000 IU 1,5 ml 10%', ['5', 'mg', '5', 'mg', '3.5', 'mg', '1000', 'iu', '1.5', 'ml', '10']],
    ['micrograms in every writing', '5 µg, 5 μg, 5 mcg, 5ug', ['5', 'ug', '5', 'ug', '5', 'ug', '5', 'ug']],
    ['Greek letters by name', 'TNF-α IL-1β β-blocker', ['tnf', 'alpha', 'il', '1', 'beta', 'beta', 'blocker']],
    ['Greek words as words', 'Ασθενής ΑΣΘΕΝΗΣ', ['ασθενησ', 'ασθενησ']],
    ['names written with and without a hyphen', 'IL-6 IL6 COVID-19', ['il', '6', 'il', '6', 'covid', '19']],
    ['hyphens of every kind', 'follow-up follow‑up fol\u00adlow', ['follow', 'up', 'follow', 'up', 'follow']],
    ['apostrophes', "Crohn's Crohn’s patients' don't", ['crohn', 'crohn', 'patients', 'dont']],
    ['compatibility forms and accents', 'ﬁbrosis Ménière ｆｕｌｌ Straße', ['fibrosis', 'meniere', 'full', 'strasse']],
    ['Arabic without its optional marks', 'حُمّى الضَّنْك', ['حمى', 'الضنك']],
    ['Arabic digits as digits', '٥٠٠ ملغ', ['500', 'ملغ']],
    ['Hebrew without points', 'חוֹם גָּבוֹהַּ', ['חום', 'גבוה']],
    ['Devanagari with its vowels', 'हिन्दी', ['हिन्दी']],
    ['Chinese as characters and pairs', '糖尿病', ['糖', '糖尿', '尿', '尿病', '病']],
    ['scripts side by side', 'ABCテスト', ['abc', 'テ', 'テス', 'ス', 'スト', 'ト']],
    ['nothing at all', ' \u0000 -- "" \ud800', []],
  ])('%s', (_, text, tokens) => {
    expect(tokenise(text)).toEqual(tokens);
  });

  it('take any text, are folded, and never hold what a database refuses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.array(fc.constantFrom('a', '1', '.', ',', "'", 'é', 'ß', '医', 'ก', 'م', 'α', 'µ', '\ud800', '\u0000', '-', ' ')).map((parts) => parts.join(''))), (text) => {
        for (const token of tokenise(text)) {
          expect(token.length).toBeGreaterThan(0);
          expect(token.length).toBeLessThanOrEqual(longestToken);
          expect(token).toBe(token.toLowerCase());
          expect(token.includes('\u0000') || /\s/u.test(token) || /[\ud800-\udfff]/u.test(token)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('do not depend on case, composition or the kind of apostrophe', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aB éÉ ñ9,.-\'’ςΣ'), maxLength: 60 }), (text) => {
        expect(tokenise(text.normalize('NFD'))).toEqual(tokenise(text));
        expect(tokenise(text.replaceAll('’', "'"))).toEqual(tokenise(text));
        expect(tokenise(text.toUpperCase())).toEqual(tokenise(text));
      }),
    );
  });

  it('stay quick on texts made to be slow', () => {
    for (const text of ['a'.repeat(200_000), "'".repeat(200_000), '1,'.repeat(100_000), 'e\u0301'.repeat(100_000), `e${'\u0301'.repeat(20_000)}`, '医'.repeat(100_000)]) {
      expect(Array.isArray(tokenise(text))).toBe(true);
    }
  });
});

describe('analysis', () => {
  it('stems English words only', () => {
    expect(['treatments', 'arteries', 'generously', 'il6', 'ασθενησ', 'mg'].map(stem)).toEqual(['treatment', 'arteri', 'generous', 'il6', 'ασθενησ', 'mg']);
  });

  it('drops what makes a sentence a question', () => {
    expect([...analyseQuery('What are the treatments for hypertension, and how can I know?').keys()]).toEqual(['treatment', 'hypertens']);
    expect(analyseQuery('what is it?').size).toBe(0);
  });

  it('counts the title with the text, and the length by terms', () => {
    const { frequencies, length } = analysePassage('Fever', 'The fever of fevers.');
    expect([frequencies.get('fever'), length]).toEqual([3, 3]);
  });

  it('cuts a query without end', () => {
    expect(analyseQuery(Array.from({ length: 5_000 }, (_, n) => `term${n}x`).join(' ')).size).toBeLessThanOrEqual(128);
  });
});

describe('BM25', () => {
  const whole = fc.integer({ min: 1, max: 100_000 });

  it('gives rarer terms more, and no term less than nothing', () => {
    fc.assert(
      fc.property(whole, whole, whole, (one, other, extra) => {
        const [rare, common] = [Math.min(one, other), Math.max(one, other)];
        const passages = common + extra;
        expect(inverseDocumentFrequency(passages, rare)).toBeGreaterThanOrEqual(inverseDocumentFrequency(passages, common));
        expect(inverseDocumentFrequency(passages, passages)).toBeGreaterThan(0);
      }),
    );
  });

  it('grows with repetition, falls with length, and stays below its bound', () => {
    fc.assert(
      fc.property(whole, whole, fc.double({ min: 1, max: 1_000, noNaN: true }), (frequency, length, averageLength) => {
        const weight = termWeight({ frequency, length, averageLength });
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThanOrEqual(2.2);
        expect(termWeight({ frequency: frequency + 1, length, averageLength })).toBeGreaterThan(weight);
        expect(termWeight({ frequency, length: length + 1, averageLength })).toBeLessThan(weight);
      }),
    );
  });
});
