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
  const space = text.lastIndexOf(' ', limit);
  if (space > from + (limit - from) / 2) return space;
  for (let index = limit; index > from + 1 && index > limit - 64; index -= 1) if (isSafeCut(text, index)) return index;
  return isSafeCut(text, limit) ? limit : limit + 1;
}

/** Cuts what is too long for one passage and has no sentences, at spaces where there are any. */
export function cutHard(text: string, range: TextRange, limits: { words: number; characters: number }): TextRange[] {
  const pieces: TextRange[] = [];
  let start = range.start;
  while (start < range.end) {
    let end = endOfWords(text, { start, end: range.end }, limits.words);
    if (end - start > limits.characters) end = cutNear(text, start, start + limits.characters);
    pieces.push({ start, end });
    start = end;
    while (start < range.end && /\s/.test(text[start]!)) start += 1;
  }
  return pieces;
}

function endOfWords(text: string, range: TextRange, words: number): number {
  const pattern = /\S+/g;
  pattern.lastIndex = range.start;
  let end = range.start;
  for (let count = 0; count < words; count += 1) {
    const match = pattern.exec(text);
    if (!match || match.index >= range.end) return range.end;
    end = Math.min(pattern.lastIndex, range.end);
  }
  return end;
}
