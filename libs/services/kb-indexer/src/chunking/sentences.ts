/** Half-open range of UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const abbreviations = new Set(
  ('e.g i.e etc al fig figs tab no nos vs cf ca approx dr prof mr mrs ms st sr jr dept inc ltd co vol vols ed eds pp p ch sec eq ref refs ' +
    'resp max min temp wt sp spp subsp var syn hr hrs sec wk wks mo mos yr yrs tbsp tsp oz lb jan feb mar apr jun jul aug sep sept oct nov dec').split(' '),
);

const candidate = /[.!?…]+["'”’»)\]]*(?=\s)|[。！？｡]+[”’」』）]*|[؟۔।॥]+(?=\s|$)|\n/gu;

/** `Fig.`, `T.`, `e.g.`: a full stop that ends a shortened word and mostly no sentence. */
function isShortened(before: string): boolean {
  const word = /([\p{L}.]+)\.$/u.exec(before)?.[1];
  if (word === undefined) return false;
  return /^\p{Lu}$/u.test(word) || abbreviations.has(word.toLowerCase()) || /^\p{L}(?:\.\p{L})+$/u.test(word);
}

function endsHere(text: string, match: RegExpExecArray): boolean {
  if (match[0] === '\n') return true;
  const end = match.index + match[0].length;
  const next = /^\s*(\S)/u.exec(text.slice(end, end + 40))?.[1];
  if (next === undefined) return true;
  if (match[0].startsWith('.') && isShortened(text.slice(Math.max(0, match.index - 20), match.index + 1))) return false;
  return !/\p{Ll}/u.test(next);
}

/** Cuts a text into its sentences without the white space between them; what is not a sentence end stays together. */
export function sentencesOf(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  let start = 0;
  const take = (end: number) => {
    const piece = text.slice(start, end);
    const trimmed = piece.trim();
    if (trimmed !== '') {
      const from = start + piece.indexOf(trimmed);
      ranges.push({ start: from, end: from + trimmed.length });
    }
    start = end;
  };
  for (const match of text.matchAll(candidate)) {
    if (endsHere(text, match)) take(match.index + match[0].length);
  }
  take(text.length);
  return ranges;
}
