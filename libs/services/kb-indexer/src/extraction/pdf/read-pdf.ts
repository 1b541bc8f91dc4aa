import { getDocumentProxy } from 'unpdf';
import { cleanText } from '../clean-text.js';
import type { ExtractedDocument } from '../extracted-document.js';
import { ExtractionFailure } from '../extraction-failure.js';
import { vocabularyOf } from './hyphenation.js';
import { pageFrom, pagesOfParagraphs, longestPage } from './page-text.js';
import { pdfTitle } from './pdf-title.js';
import { styleOf } from './document-style.js';
import { paragraphsOf } from './paragraphs.js';
import { readingOrder, type Region } from './reading-order.js';
import { removeRunningLines } from './running-lines.js';
import { segmentsOf, type Segment } from './segment.js';
import { placeFragments, type PdfTextItem } from './text-fragment.js';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
export type PageProgress = (page: number, pages: number) => void;

interface ReadPage {
  readonly page: number;
  readonly height: number;
  readonly segments: readonly Segment[];
  readonly sideways: readonly Segment[];
}

function failureOf(error: unknown): ExtractionFailure {
  const name = error instanceof Error ? error.name : '';
  return new ExtractionFailure(name === 'PasswordException' ? 'PDF_ENCRYPTED' : 'PDF_BROKEN', error);
}

async function openPdf(bytes: Uint8Array): Promise<PdfDocument> {
  try {
    // pdf.js takes the buffer over, so it gets a copy.
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, stopAtErrors: false });
  } catch (error) {
    throw failureOf(error);
  }
}

async function readPage(pdf: PdfDocument, number: number): Promise<ReadPage> {
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const textItems = items.filter((item) => 'str' in item) as unknown as PdfTextItem[]; // pdf.js mixes in marks without text, filtered here
  const placed = placeFragments({ page: number, width: viewport.width, height: viewport.height, viewport: viewport.transform, items: textItems }, cleanText);
  page.cleanup();
  return { page: number, height: placed.height, segments: segmentsOf(placed.upright), sideways: segmentsOf(placed.sideways) };
}

async function readPages(pdf: PdfDocument, onProgress: PageProgress): Promise<{ pages: ReadPage[]; unreadable: number[] }> {
  const pages: ReadPage[] = [];
  const unreadable: number[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    try {
      pages.push(await readPage(pdf, number));
    } catch {
      // One damaged page does not take the others with it; the report names it.
      unreadable.push(number);
      pages.push({ page: number, height: 0, segments: [], sideways: [] });
    }
    onProgress(number, pdf.numPages);
  }
  return { pages, unreadable };
}

async function notedTitle(pdf: PdfDocument): Promise<string> {
  // Damaged properties are no reason to refuse the text.
  const properties = await pdf.getMetadata().catch(() => null);
  const { Title: title } = (properties?.info ?? {}) as { Title?: unknown }; // pdf.js types the properties as an object without names
  return typeof title === 'string' ? cleanText(title) : '';
}

function* linesOf(regions: readonly Region[]): Generator<string> {
  for (const { segments } of regions) for (const { text } of segments) yield text;
}

interface ReadFile {
  readonly pages: readonly ReadPage[];
  readonly unreadable: readonly number[];
  /** What the program that made the file noted as its title. */
  readonly noted: string;
}

function layOut({ pages: read, unreadable, noted }: ReadFile): ExtractedDocument {
  const { pages, removed } = removeRunningLines(read);
  const ordered = pages.map(({ page, segments, sideways }) => ({ page, regions: readingOrder(segments), sideways }));
  const all = ordered.flatMap(({ regions }) => regions);
  const vocabulary = vocabularyOf(linesOf(all));
  const style = styleOf(all);
  const warnings: string[] = [];
  if (unreadable.length > 0) warnings.push(`Pages that could not be read because the file is damaged there: ${unreadable.join(', ')}.`);
  if (removed.length > 0) warnings.push(`Left out as running headers and footers: ${removed.map((text) => `“${text}”`).join(', ')}.`);
  const laidOut = ordered.map(({ page, regions, sideways }) => {
    const aside = sideways.map(({ text }) => ({ kind: 'paragraph', text }) as const);
    const [paragraphs = [], ...beyond] = pagesOfParagraphs([...paragraphsOf(regions, style, vocabulary), ...aside]);
    return { page, paragraphs, cutOff: beyond.length > 0 };
  });
  const cutOff = laidOut.filter((page) => page.cutOff).map(({ page }) => page);
  if (cutOff.length > 0) warnings.push(`Pages with more text than ${longestPage.toLocaleString('en')} characters, of which the last paragraphs were left out: ${cutOff.join(', ')}.`);
  return {
    title: pdfTitle({ firstPage: laidOut[0]?.paragraphs ?? [], laterPages: pages.slice(1), noted }),
    pages: laidOut.map(({ page, paragraphs }) => pageFrom(page, paragraphs)),
    warnings,
  };
}

/** Reads a PDF's text page by page in reading order; fails with an `ExtractionFailure` or with what `onProgress` throws. */
export async function readPdf(bytes: Uint8Array, onProgress: PageProgress): Promise<ExtractedDocument> {
  const pdf = await openPdf(bytes);
  try {
    if (pdf.numPages === 0) throw new ExtractionFailure('PDF_NO_PAGES');
    const { pages, unreadable } = await readPages(pdf, onProgress);
    if (unreadable.length === pages.length) throw new ExtractionFailure('PDF_BROKEN');
    const document = layOut({ pages, unreadable, noted: await notedTitle(pdf) });
    if (document.pages.every((page) => page.text === '')) throw new ExtractionFailure('PDF_NO_TEXT');
    return document;
  } finally {
    await pdf.loadingTask.destroy();
  }
}
