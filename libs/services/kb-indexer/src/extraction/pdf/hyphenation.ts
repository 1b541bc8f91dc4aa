/** Words and hyphenated compounds that a document uses inside its lines; they decide what a hyphen at a line's end was. */
export type Vocabulary = ReadonlySet<string>;

const word = /\p{L}+(?:-\p{L}+)*/gu;

/** Takes the lines in reading order; halves of words parted at a line's end prove nothing and are left out. */
export function vocabularyOf(lines: Iterable<string>): Vocabulary {
  const words = new Set<string>();
  let afterHyphen = false;
  for (const line of lines) {
    const whole = (afterHyphen ? line.replace(/^\p{L}+/u, '') : line).replace(/\p{L}+-\s*$/u, '');
    for (const [found] of whole.matchAll(word)) words.add(found.toLowerCase());
    afterHyphen = line.endsWith('-');
  }
  return words;
}

/** Prefixes that keep their hyphen in most medical writing. */
const keepsHyphen = /^(?:non-|self-|anti-i|intra-a|micro-o|semi-i)/;

const unspacedScript = /[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uFF00-\uFFEF]/;
const addressTail = /(?:https?:\/\/|www\.)\S*[./_=&?-]$/i;

/**
 * Joins a line with the one that continues it. A word parted by the typesetter becomes whole again, a compound keeps
 * its hyphen: `compar-` + `ing` is `comparing`, `clean-` + `body` stays `clean-body` where the document knows both words.
 */
export function joinLines(first: string, second: string, vocabulary: Vocabulary): string {
  if (first === '') return second;
  if (first.endsWith('\u00AD')) return first.slice(0, -1) + second;
  const left = /(\p{L}+)-$/u.exec(first)?.[1];
  const right = /^\p{Ll}+/u.exec(second)?.[0];
  if (left && right) return isCompound(left, right, vocabulary) ? first + second : first.slice(0, -1) + second;
  if (/[\p{L}\p{N}][-–—/]$/u.test(first) && /^[\p{L}\p{N}]/u.test(second)) return first + second;
  if (/(?<![\d.,])\d{1,3}[.,]$/.test(first) && /^\d{1,3} ?%/.test(second)) return first + second;
  if (addressTail.test(first) && /^\S*[./]\S/.test(second)) return first + second;
  if (unspacedScript.test(first.at(-1) ?? '') && unspacedScript.test(second[0] ?? '')) return first + second;
  return `${first} ${second}`;
}

function isCompound(left: string, right: string, vocabulary: Vocabulary): boolean {
  const [l, r] = [left.toLowerCase(), right.toLowerCase()];
  if (vocabulary.has(`${l}-${r}`)) return true;
  if (vocabulary.has(l + r)) return false;
  if (keepsHyphen.test(`${l}-${r}`)) return true;
  return l.length > 2 && r.length > 2 && vocabulary.has(l) && vocabulary.has(r);
}
