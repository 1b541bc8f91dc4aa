import { readBlocks } from './blocks.js';

/** A stretch of a passage that can be quoted by itself. */
export interface Sentence {
  /** White space folded to single spaces; otherwise the passage's own characters. */
  readonly text: string;
  /** `item`: an entry of a list. */
  readonly kind: 'sentence' | 'item';
  /** Order within the passage. */
  readonly position: number;
  /** Position of the sentence that introduces the list this item stands in. */
  readonly leadIn: number | null;
  /** Begins and ends as a sentence does; a cut edge of the passage does not. */
  readonly whole: boolean;
}

const abbreviations = new Set(
  ('e.g i.e etc vs cf al fig figs no nos approx ca dr prof mr mrs ms st sr jr ph.d m.d b.i.d t.i.d q.i.d q.d p.o i.v i.m s.c p.r.n u.s u.k inc ltd co dept ' +
    'vol pp p ed eds ref refs tab eq sect ch resp max min avg wt ht hr hrs wk wks mo mos yr yrs spp sp subsp var a.m p.m').split(' '),
);

const boundary = /[.!?…。！？؟](?:["'”’)\]]|\[[\d,–\s-]+\])*(?=\s)/gu;
const opensSentence = /^[\s"'“‘([•]*[\p{Lu}\p{Lo}\p{N}]/u;

function endsInAbbreviation(before: string): boolean {
  const last = /([\p{L}.]+)\.$/u.exec(before)?.[1]?.toLowerCase();
  if (last === undefined) return false;
  return abbreviations.has(last) || /^\p{L}$/u.test(last);
}

/** `70.⏎51 %`: a decimal that the page broke in two. */
const isBrokenDecimal = (before: string, after: string) => /\d\.$/.test(before) && /^\s\d+\s?(?:%|mg|ml|mmol|g\b|kg)/i.test(after);

/** Splits running text into sentences; abbreviations, initials and decimals do not end one. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    const before = text.slice(start, end);
    const after = text.slice(end);
    if (!opensSentence.test(after) || endsInAbbreviation(before) || isBrokenDecimal(before, after)) continue;
    sentences.push(before.trim());
    start = end;
  }
  const rest = text.slice(start).trim();
  if (rest !== '') sentences.push(rest);
  return sentences;
}

const beginsWhole = (text: string) => /^["'“‘(†*]*[\p{Lu}\p{Lo}\p{N}]/u.test(text);
const endsWhole = (text: string) => /[.!?:;。！？؟]["'”’)\]]*$/u.test(text);

/** Capitals on nearly every word: a title or a reference, not a statement. */
function isTitle(text: string): boolean {
  const long = text.split(' ').filter((word) => /^\p{L}{4,}/u.test(word));
  return long.length > 2 && long.filter((word) => /^\p{Lu}/u.test(word)).length * 4 >= long.length * 3;
}

/** The quotable sentences of a passage, in order; headings, rows of figures and page furniture are left out. */
export function sentencesOf(passage: string, heading: string | null): Sentence[] {
  const sentences: Sentence[] = [];
  let leadIn: number | null = null;
  for (const block of readBlocks(passage, heading)) {
    if (block.kind === 'heading' || block.kind === 'figures') {
      leadIn = null;
      continue;
    }
    for (const text of splitSentences(block.text)) {
      const position = sentences.length;
      const item = block.kind === 'item';
      sentences.push({ text, kind: item ? 'item' : 'sentence', position, leadIn: item ? leadIn : null, whole: beginsWhole(text) && !isTitle(text) && (item || endsWhole(text)) });
    }
    if (block.kind === 'item') continue;
    leadIn = block.text.endsWith(':') ? sentences.length - 1 : null;
  }
  return sentences;
}
