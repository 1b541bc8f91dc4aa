import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extractDocument } from '../extraction/extract-document.js';
import type { ExtractedPage, TextBlock } from '../extraction/extracted-document.js';
import { pageFrom } from '../extraction/pdf/page-text.js';
import { cutPassages } from './cut-passages.js';
import { passageId } from './passage-id.js';
import { sentencesOf } from './sentences.js';

const kinds: TextBlock['kind'][] = ['heading', 'paragraph', 'list-item', 'table-row'];
const word = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('الأسبرين', 'ibuprofen', '👩🏽‍⚕️', '高血圧の治療', 'e.g.', 'T.', '5.', '38.1%', 'נוגדי', 'x'.repeat(3000), '🫀'.repeat(700)),
);
const blockText = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' ').trim()).filter((text) => text !== '');
const pages = fc.array(fc.array(fc.record({ kind: fc.constantFrom(...kinds), text: blockText }), { maxLength: 8 }), { minLength: 1, maxLength: 4 })
  .map((drafts) => drafts.map((paragraphs, index) => pageFrom(index + 1, paragraphs)));

const isHeading = (page: ExtractedPage, index: number) => page.blocks.some(({ kind, start, end }) => kind === 'heading' && index >= start && index < end);

describe('cutting passages', () => {
  it('keeps every character of a page in exactly one passage or in a heading, in order, exactly as the page has it', () => {
    fc.assert(
      fc.property(pages, (document) => {
        const passages = cutPassages(document);
        for (const page of document) {
          const own = passages.filter((passage) => passage.page === page.page);
          const covered = new Uint8Array(page.text.length);
          for (const { start, end, text } of own) {
            expect(text).toBe(page.text.slice(start, end));
            expect(text.trim()).toBe(text);
            for (let index = start; index < end; index += 1) covered[index]! += 1;
          }
          const wrong = Array.from(covered, (times, index) => ({ times, index }))
            .filter(({ times, index }) => times !== 1 && !(/\s/.test(page.text[index]!) && times === 0))
            .filter(({ times, index }) => times > 0 || !isHeading(page, index));
          expect(wrong).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('never cuts a character in two, and keeps to its size', () => {
    fc.assert(
      fc.property(pages, (document) => {
        for (const { text, heading } of cutPassages(document)) {
          expect(Buffer.from(text).toString()).toBe(text);
          expect(text.length).toBeLessThanOrEqual(1265);
          expect(heading === null || Buffer.from(heading).toString() === heading).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('takes a line of one million characters without a space', () => {
    const passages = cutPassages([pageFrom(1, [{ kind: 'paragraph', text: 'a'.repeat(1_000_000) }])]);
    expect(passages.map(({ text }) => text).join('')).toHaveLength(1_000_000);
  });

  it('aims at ninety words, keeps items whole, lets a list keep its introduction and joins a tiny tail', () => {
    const sentence = 'The nurse looks at the wound each day and writes down what she sees there.';
    const passages = cutPassages([pageFrom(1, [{ kind: 'paragraph', text: Array(13).fill(sentence).join(' ') }])]);
    expect(passages.map(({ text }) => text.split(' ').length)).toEqual([90, 105]);
    const item = `• ${Array(30).fill('word').join(' ')}.`;
    const listed = cutPassages([pageFrom(1, [{ kind: 'paragraph', text: `${sentence.repeat(5)} Do this:` }, ...Array(4).fill({ kind: 'list-item', text: item }) as { kind: 'list-item'; text: string }[]])]);
    expect(listed.map(({ text }) => text.includes('Do this:') && !text.includes('•'))).not.toContain(true);
  });

  it('names the section, also across pages, and never mixes sections or pages', async () => {
    const markdown = '# Falls\n\n## Prevention\n\nUse low beds.\n\n## Treatment\n\nCall the doctor.';
    const { pages: read } = await extractDocument({ bytes: Buffer.from(markdown), contentType: 'text/markdown' }, () => undefined);
    const next = pageFrom(2, [{ kind: 'paragraph', text: 'At once.' }]);
    expect(cutPassages([...read, next]).map(({ page, heading, text }) => [page, heading, text])).toEqual([
      [1, 'Falls › Prevention', 'Use low beds.'], [1, 'Treatment', 'Call the doctor.'], [2, 'Treatment', 'At once.'],
    ]);
  });

  it('keeps a page of headings as text, and a heading at the foot for the next page', () => {
    const cover = pageFrom(1, [{ kind: 'heading', text: 'Guide' }, { kind: 'heading', text: 'To everything' }]);
    const body = pageFrom(2, [{ kind: 'paragraph', text: 'Text.' }, { kind: 'heading', text: 'Next' }]);
    const last = pageFrom(3, [{ kind: 'paragraph', text: 'More.' }]);
    expect(cutPassages([cover, body, last]).map(({ page, heading, text }) => [page, heading, text])).toEqual([
      [1, null, 'Guide\n\nTo everything'], [2, 'Guide › To everything', 'Text.'], [3, 'Next', 'More.'],
    ]);
  });
});

describe('sentences', () => {
  it.each([
    ['Oil of T. bovei was used (e.g. in Fig. 2). It helped.', ['Oil of T. bovei was used (e.g. in Fig. 2).', 'It helped.']],
    ['Dose is 2.5 mg. Repeat? Yes!', ['Dose is 2.5 mg.', 'Repeat?', 'Yes!']],
    ['Dr. Smith agreed vs. others. End', ['Dr. Smith agreed vs. others.', 'End']],
    ['水を飲む。薬を飲む。', ['水を飲む。', '薬を飲む。']],
    ['هل هذا صحيح؟ نعم.', ['هل هذا صحيح؟', 'نعم.']],
  ])('%s', (text, expected) => {
    expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});

it('gives a passage the same id each time, and another in another version', () => {
  const document = '3f2c8d1e-5b6a-4c7d-8e9f-0a1b2c3d4e5f';
  expect(passageId(document, 1, 0)).toBe(passageId(document, 1, 0));
  expect(new Set([passageId(document, 1, 0), passageId(document, 1, 1), passageId(document, 2, 0)]).size).toBe(3);
  expect(passageId(document, 1, 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
