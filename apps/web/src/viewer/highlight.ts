import type { DrawnPage } from './pdf.ts';
import { findQuote, type ItemRange } from './find-quote.ts';

function rectanglesOf(element: HTMLElement | undefined, { start, end }: ItemRange): DOMRect[] {
  const node = element?.firstChild;
  if (!node || node.nodeType !== Node.TEXT_NODE) return [];
  const length = node.textContent?.length ?? 0;
  const range = document.createRange();
  range.setStart(node, Math.min(start, length));
  range.setEnd(node, Math.min(end, length));
  return [...range.getClientRects()];
}

/** Lays marks over the quote on a drawn page and answers whether it was found. */
export function highlight(page: DrawnPage, quote: string, layer: HTMLElement): boolean {
  layer.replaceChildren();
  const origin = layer.getBoundingClientRect();
  const { ranges } = findQuote(page.items, quote);
  for (const range of ranges) {
    for (const { left, top, width, height } of rectanglesOf(page.elements[range.item], range)) {
      const mark = document.createElement('mark');
      mark.style.cssText = `left:${left - origin.left}px;top:${top - origin.top}px;width:${width}px;height:${height}px`;
      layer.append(mark);
    }
  }
  layer.firstElementChild?.scrollIntoView({ block: 'center' });
  return layer.childElementCount > 0;
}
