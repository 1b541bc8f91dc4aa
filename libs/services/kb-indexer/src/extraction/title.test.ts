import { describe, expect, it } from '@jest/globals';
import { pdfFile, prosePage, type PdfPage, type PdfText } from '../fixtures/pdf-file.js';
import { extractDocument } from './extract-document.js';
import type { ContentType } from './extracted-document.js';
import { titleFromFileName } from './title.js';

const titleOf = async (bytes: Uint8Array, contentType: ContentType) => (await extractDocument({ bytes, contentType }, () => undefined)).title;
const ofPdf = (pages: PdfPage[], title?: string) => titleOf(pdfFile(pages, { title }), 'application/pdf');
const ofMarkdown = (text: string) => titleOf(Buffer.from(text), 'text/markdown');
const heading = (text: string, y: number, size: number): PdfText => ({ text, x: 72, y, size, font: 'bold' });
const under = (...headings: PdfText[]): PdfPage => ({ texts: [...headings, ...prosePage('pulse', 8).texts!.map((line) => ({ ...line, y: line.y - 120 }))] });

describe('the title of a PDF', () => {
  it('is the largest heading of its first page, also one of two lines', async () => {
    expect(await ofPdf([under(heading('Harbour Hospital', 770, 13), heading('Falls of old people', 720, 22), heading('and how to prevent them', 696, 22), heading('Part one', 640, 14))], 'Another title'))
      .toBe('Falls of old people and how to prevent them');
  });

  it('is not a heading of a later page, nor one that only repeats at the head of pages', async () => {
    expect(await ofPdf([prosePage('pulse', 8), under(heading('Chapter two', 720, 22))], 'Pulse and its meaning')).toBe('Pulse and its meaning');
    const header = heading('Harbour Hospital', 770, 24);
    expect(await ofPdf([under(header, heading('Falls', 700, 16)), under(header)])).toBe('Falls');
  });

  it.each([['7.3', null], ['Xy', null], ['Care of wounds:', 'Care of wounds'], ['Soins d\'été', 'Soins d\'été']])('%s as the only heading gives %s', async (text, title) => {
    expect(await ofPdf([under(heading(text, 720, 22))])).toBe(title);
  });

  it.each([
    ['', null], ['   ', null], ['untitled', null], ['Untitled-3', null], ['Microsoft Word - Falls guide.doc', null], ['falls-guide', null], ['9789241549882_eng', null],
    ['Falls guide final.docx', null], ['Document1', null], ['2024', null], ['x'.repeat(201), null], ['Falls guide', 'Falls guide'], ['COVID-19', 'COVID-19'],
  ])('taken from properties that say "%s" is %s', async (noted, title) => {
    expect(await ofPdf([prosePage('pulse', 8)], noted)).toBe(title);
  });
});

describe('the title of Markdown', () => {
  it.each([
    ['## Part\n\nText.\n\n# The *real* title #\n\n# Another', 'The real title'],
    ['Set over a line\n===\n\nText.', 'Set over a line'],
    ['Less important\n---\n\nText.', null],
    ['```\n# a comment in code\n```\n\nText.', null],
    ['## Only a part\n\nText.', null],
  ])('%j is %s', async (text, title) => {
    expect(await ofMarkdown(text)).toBe(title);
  });
});

it('plain text has no title of its own, and a file name becomes words', async () => {
  expect(await titleOf(Buffer.from('# Not a title here'), 'text/plain')).toBeNull();
  expect(['sharps-injury.pdf', 'Ward__rules 2.MD', '---.txt', 'no ending', 'v1.2 draft.pdf'].map(titleFromFileName)).toEqual(['sharps injury', 'Ward rules 2', '---.txt', 'no ending', 'v1.2 draft']);
});
