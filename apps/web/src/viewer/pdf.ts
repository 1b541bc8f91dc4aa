import * as pdfjs from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;

export type PdfDocument = pdfjs.PDFDocumentProxy;

/** Opens PDF bytes with the fonts, maps and decoders that ship with the page. The bytes are taken over. */
export function openPdf(bytes: ArrayBuffer): Promise<PdfDocument> {
  return pdfjs.getDocument({
    data: bytes, cMapUrl: '/pdfjs/cmaps/', standardFontDataUrl: '/pdfjs/standard_fonts/', wasmUrl: '/pdfjs/wasm/', iccUrl: '/pdfjs/iccs/', enableXfa: false,
  }).promise;
}

export interface DrawnPage {
  /** The text of each item of the page's text layer, in its order. */
  readonly items: readonly string[];
  /** The element that holds each item. */
  readonly elements: readonly HTMLElement[];
}

interface DrawTarget {
  readonly canvas: HTMLCanvasElement;
  readonly text: HTMLElement;
  /** Width to fill, in CSS pixels. */
  readonly width: number;
}

/** Draws one page with its selectable text; `signal` stops it between its steps. */
export async function drawPage(pdf: PdfDocument, page: number, { canvas, text, width, signal }: DrawTarget & { readonly signal: AbortSignal }): Promise<DrawnPage | null> {
  const source = await pdf.getPage(page);
  const scale = width / source.getViewport({ scale: 1 }).width;
  const viewport = source.getViewport({ scale });
  const density = window.devicePixelRatio || 1;
  if (signal.aborted) return null;
  canvas.width = Math.floor(viewport.width * density);
  canvas.height = Math.floor(viewport.height * density);
  const drawing = source.render({ canvas, viewport, transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0] });
  signal.addEventListener('abort', () => drawing.cancel(), { once: true });
  try {
    await drawing.promise;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
  text.replaceChildren();
  text.style.setProperty('--total-scale-factor', String(scale));
  text.style.setProperty('--scale-factor', String(scale));
  const layer = new pdfjs.TextLayer({ textContentSource: source.streamTextContent(), container: text, viewport });
  await layer.render();
  return signal.aborted ? null : { items: layer.textContentItemsStr, elements: layer.textDivs };
}
