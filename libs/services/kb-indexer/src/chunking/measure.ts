import type { TextRange } from './sentences.js';

const unspaced = /[\u0E00-\u0EFF\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF\uF900-\uFAFF]/g;

/** Words of a text; scripts without spaces count two characters as a word. */
export function countWords(text: string): number {
  const spaced = text.match(/\S+/g)?.length ?? 0;
  return spaced + Math.floor((text.match(unspaced)?.length ?? 0) / 2);
}

/** Never between the halves of one character, nor before a mark that belongs to the character before it. */
function isSafeCut(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code >= 0xdc00 && code <= 0xdfff) return false;
  if (text[index - 1] === '\u200D') return false;
  return !/^[\p{M}\u200D\uFE0F\u{1F3FB}-\u{1F3FF}]/u.test(text.slice(index, index + 2));
}

function cutNear(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).lastIndexOf(' ');
  if (space > (limit - from) / 2) return from + space;
  for (let index = limit; index > from + 1 && index > limit - 64; index -= 1) if (isSafeCut(text, index)) return index;
  return isSafeCut(text, limit) ? limit : limit + 1;
}

/** Cuts what is too long for one passage and has no sentences, at spaces where there are any. */
export function cutHard(text: string, range: TextRange, limits: { words: number; characters: number }): TextRange[] {
  const pieces: TextRange[] = [];
  let start = range.start;
  while (start < range.end) {
    const farthest = Math.min(range.end, start + limits.characters);
    // Only the part that can become the piece is looked at: the text may be one word of millions of characters.
    const words = endOfWords(text.slice(start, farthest), limits.words);
    const end = words === null ? endAt(text, { start, farthest, end: range.end }) : start + words;
    pieces.push({ start, end });
    start = end;
    while (start < range.end && /\s/.test(text[start]!)) start += 1;
  }
  return pieces;
}

function endAt(text: string, { start, farthest, end }: { start: number; farthest: number; end: number }): number {
  return farthest === end ? end : cutNear(text, start, farthest);
}

/** Where the so-many-th word ends, or null when the text has no more words than that. */
function endOfWords(text: string, words: number): number | null {
  const pattern = /\S+/g;
  for (let count = 0; count < words; count += 1) if (!pattern.exec(text)) return null;
  const end = pattern.lastIndex;
  return end < text.length ? end : null;
}
