/** One run of glyphs as pdf.js reports it; only what we use. */
export interface PdfTextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly fontName: string;
}

export interface PdfPageContent {
  readonly page: number;
  readonly width: number;
  readonly height: number;
  /** From PDF space to the upright page, y downwards. */
  readonly viewport: readonly number[];
  readonly items: readonly PdfTextItem[];
}

/** A run of glyphs on the upright page; y grows downwards, units are points. */
export interface TextFragment {
  readonly text: string;
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly font: string;
  readonly spaceBefore: boolean;
}

type Matrix = readonly [number, number, number, number, number, number];

function multiply(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[2] * b[1], a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3], a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4], a[1] * b[4] + a[3] * b[5] + a[5],
  ];
}

const quarterTurnOf = (matrix: Matrix) => ((Math.round(Math.atan2(matrix[1], matrix[0]) / (Math.PI / 2)) % 4) + 4) % 4;

/** Quarter turns of most of the page's text; landscape tables on portrait pages are set sideways. */
function mainTurn(placed: readonly { matrix: Matrix; text: string }[]): number {
  const characters = [0, 0, 0, 0];
  for (const { matrix, text } of placed) characters[quarterTurnOf(matrix)]! += text.length;
  return characters.indexOf(Math.max(...characters));
}

function turned(matrix: Matrix, turn: number, content: PdfPageContent): { x: number; y: number } {
  const [x, y] = [matrix[4], matrix[5]];
  if (turn === 1) return { x: y, y: content.width - x };
  if (turn === 2) return { x: content.width - x, y: content.height - y };
  if (turn === 3) return { x: content.height - y, y: x };
  return { x, y };
}

export interface PlacedFragments {
  readonly upright: TextFragment[];
  /** Text that runs in another direction than most of the page, in the order of the file. */
  readonly sideways: TextFragment[];
  readonly width: number;
  readonly height: number;
}

/** Puts a page's glyph runs on the upright page, reading direction left to right for most of them. */
export function placeFragments(content: PdfPageContent, clean: (text: string) => string): PlacedFragments {
  const viewport = content.viewport as unknown as Matrix; // pdf.js types it as any[]; it has six numbers
  const placed = content.items.map((item) => ({
    matrix: multiply(viewport, item.transform as unknown as Matrix),
    text: clean(item.str),
    item,
  }));
  const turn = mainTurn(placed);
  const upright: TextFragment[] = [];
  const sideways: TextFragment[] = [];
  let spaceBefore = false;
  for (const { matrix, text, item } of placed) {
    if (text.trim() === '') {
      spaceBefore ||= text !== '';
      continue;
    }
    const target = quarterTurnOf(matrix) === turn ? upright : sideways;
    target.push({ text, ...turned(matrix, turn, content), width: item.width, size: Math.hypot(matrix[2], matrix[3]) || 1, font: item.fontName, spaceBefore });
    spaceBefore = false;
  }
  const onSide = turn % 2 === 1;
  return { upright, sideways, width: onSide ? content.height : content.width, height: onSide ? content.width : content.height };
}
