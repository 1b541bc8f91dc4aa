/** Stands for citation `number` inside the binder; such characters of the model's own are removed before. */
const firstPlaceholder = 0xe000;
export const mostCitations = 500;

export const placeholderOf = (number: number) => String.fromCharCode(firstPlaceholder + number);
export const isPlaceholder = (character: string) => /[\ue000-\uf8ff]/.test(character);
export const numberOf = (placeholder: string) => placeholder.charCodeAt(0) - firstPlaceholder;

export const opening = /[[【［〔〖⟦]/;
export const closing = /[\]】］〕〗⟧]/;

/** Words models put beside the numbers of a marker. */
const words = ['source', 'sources', 'src', 'ref', 'refs', 'reference', 'references', 'passage', 'passages', 'document', 'documents', 'doc', 'citation', 'citations', 'cite', 'cited', 'number', 'no', 'and', 'to', 's', 'n'];
const wordSet = new Set(words);

const space = /[\s\u200c-\u200f\u00a0\\]/u;
const separators = /[,;&–—‐‑\-:#^†/+]/u;

/** Whether text after an opening bracket may still turn out to be the inside of a marker. */
export function mayBeMarker(inside: string): boolean {
  let word = '';
  for (const character of `${inside}\u0003`) {
    if (/\p{L}/u.test(character)) {
      word += character.toLowerCase();
      continue;
    }
    const atEnd = character === '\u0003';
    if (word !== '' && !(wordSet.has(word) || (atEnd && words.some((each) => each.startsWith(word))))) return false;
    word = '';
    if (!atEnd && !/\p{N}/u.test(character) && !space.test(character) && !separators.test(character) && !isPlaceholder(character) && !opening.test(character)) return false;
  }
  return true;
}

/** One thing a marker names: a passage's number, a range of them, or a citation bound before. */
export type Named = { readonly from: number; readonly to: number } | { readonly placeholder: string };

const zeros = [0x660, 0x6f0, 0x966];

/** A number in any digits; NaN when it is none we know. */
function numberIn(digits: string): number {
  const plain = [...digits.normalize('NFKC')].map((digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((start) => code >= start && code < start + 10);
    return zero === undefined ? digit : String(code - zero);
  });
  return /^\d{1,6}$/.test(plain.join('')) ? Number(plain.join('')) : Number.NaN;
}

/** Reads the inside of a complete bracket; null when it is ordinary text. */
export function readMarker(inside: string): Named[] | null {
  if (!mayBeMarker(inside) || !/[\p{N}\ue000-\uf8ff]/u.test(inside)) return null;
  const ofOneSource = inside.replace(/(\p{N})\s*[:†].*$/u, '$1'); // `4:0†source` names source 4 and a place in it
  const named: Named[] = [];
  for (const match of ofOneSource.matchAll(/(\p{N}+)(?:\s*(?:[–—‐‑-]|to)\s*(\p{N}+))?|([\ue000-\uf8ff])/gu)) {
    const [, first, last, placeholder] = match;
    if (placeholder !== undefined) named.push({ placeholder });
    else if (first !== undefined) named.push({ from: numberIn(first), to: numberIn(last ?? first) });
  }
  return named;
}
