import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutPassages } from '../chunking/cut-passages.js';
import { pdfFile, type PdfText } from '../fixtures/pdf-file.js';
import { extractDocument } from './extract-document.js';
import type { ContentType, ExtractedDocument } from './extracted-document.js';
import { longestPage } from './pdf/page-text.js';

const read = (text: string, contentType: ContentType = 'text/plain') => extractDocument({ bytes: Buffer.from(text), contentType }, () => undefined);
const withoutSpaces = (text: string) => text.replace(/\s+/gu, '');

/** Nothing lost, nothing twice, no page too long, no character cut, blocks and passages exactly where they say. */
function expectSound(document: ExtractedDocument, whole: string): void {
  expect(withoutSpaces(document.pages.map(({ text }) => text).join('')) === withoutSpaces(whole)).toBe(true);
  expect(document.pages.map(({ page }) => page)).toEqual(document.pages.map((_, index) => index + 1));
  for (const { text, blocks } of document.pages) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(longestPage);
    expect(text.isWellFormed()).toBe(true);
    expect(blocks.at(-1)?.end).toBe(text.length);
    expect(blocks.every(({ start, end }) => text.slice(start, end) === text.slice(start, end).trim())).toBe(true);
  }
  const passages = cutPassages(document.pages);
  expect(passages.every(({ page, start, end, text }) => document.pages[page - 1]!.text.slice(start, end) === text)).toBe(true);
  expect(withoutSpaces(passages.map(({ text }) => text).join('')) === withoutSpaces(whole)).toBe(true);
}

describe('a text that is too long for one page', () => {
  it.each<[string, string, ContentType]>([
    ['three megabytes of paragraphs', Array.from({ length: 6_000 }, (_, index) => `Paragraph ${index} says something. ${'It goes on with care. '.repeat(22)}`).join('\n\n'), 'text/plain'],
    ['three megabytes of Markdown', Array.from({ length: 6_000 }, (_, index) => `Paragraph ${index} says something. ${'It goes on with care. '.repeat(22)}`).join('\n\n'), 'text/markdown'],
    ['one line of two megabytes of words', 'word '.repeat(400_000), 'text/plain'],
    ['one line of two megabytes without a space', 'x'.repeat(2_000_000), 'text/plain'],
    ['one line of hearts, each of them two code units', `a${'🫀'.repeat(500_000)}`, 'text/plain'],
  ])('%s', async (_, text, contentType) => {
    const document = await read(text, contentType);
    expectSound(document, text);
    expect(document.pages.length).toBeLessThanOrEqual(Math.ceil(text.length / longestPage) + 2);
  });

  it('is cut between paragraphs, else between lines', async () => {
    const half = 'x'.repeat(60_000);
    expect((await read(`${half}\n\n${half}`)).pages.map(({ text }) => text)).toEqual([half, half]);
    expect((await read(`${half}\n${half}`)).pages.map(({ text }) => text)).toEqual([half, half]);
    expect((await read(`${half}\n\nshort`)).pages).toHaveLength(1);
  });

  it('is sound wherever it breaks', async () => {
    const piece = fc.record({ sign: fc.constantFrom('a', 'ب', '治', '🫀'), length: fc.integer({ min: 1, max: 130_000 }), after: fc.constantFrom(' ', '\n', '\n\n', '') });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), async (pieces) => {
        const text = pieces.map(({ sign, length, after }) => sign.repeat(length) + after).join('');
        expectSound(await read(text), text);
      }),
      { numRuns: 15 },
    );
  });
});

it('a PDF page keeps its number and what fits, and the report says that there is more', async () => {
  const line = (index: number): PdfText => ({ text: `Line ${index} ${'of very small print '.repeat(52)}ends.`, x: 20, y: 780 - index * 6, size: 1 });
  const crowded = { texts: Array.from({ length: 120 }, (_, index) => line(index)) };
  const { pages, warnings } = await extractDocument({ bytes: pdfFile([crowded, { texts: [{ text: 'The second page is short.', x: 72, y: 700 }] }]), contentType: 'application/pdf' }, () => undefined);
  expect(pages).toHaveLength(2);
  expect(pages[0]!.text.length).toBeLessThanOrEqual(longestPage);
  expect(pages[0]!.text.startsWith('Line 0 of very small print')).toBe(true);
  expect(pages[1]).toMatchObject({ page: 2, text: 'The second page is short.' });
  expect(warnings).toEqual([expect.stringMatching(/100,000 characters.*left out: 1\.$/) as unknown]);
});
