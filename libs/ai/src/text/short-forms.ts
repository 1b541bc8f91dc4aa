import { termsOf } from './terms.js';

const definition = /((?:[\p{L}\d]+[ -]+){1,7})\(([A-Z][A-Za-z]{0,6}[A-Z])s?\)/gu;

/** Short forms that the passages themselves define, with the stems of what they stand for. */
export type ShortForms = ReadonlyMap<string, readonly string[]>;

function expansionOf(words: readonly string[], short: string): string | null {
  const letters = short.toLowerCase();
  for (let from = Math.max(0, words.length - letters.length - 2); from < words.length; from += 1) {
    const initials = words.slice(from).map((word) => word[0]?.toLowerCase()).join('');
    if (initials === letters || initials.replace(/[oafit]/g, '') === letters) return words.slice(from).join(' ');
  }
  return null;
}

/** Reads definitions such as `chronic kidney disease (CKD)`. */
export function shortFormsOf(texts: readonly string[]): ShortForms {
  const forms = new Map<string, readonly string[]>();
  for (const text of texts) {
    for (const [, before = '', short = ''] of text.replace(/\s+/g, ' ').matchAll(definition)) {
      const expansion = expansionOf(before.trim().split(/[ -]+/), short);
      const terms = expansion === null ? [] : termsOf(expansion);
      if (terms.length > 1) forms.set(termsOf(short)[0] ?? short.toLowerCase(), terms);
    }
  }
  return forms;
}

/** The terms with what they stand for added: a short form brings its words, all the words bring the short form. */
export function withShortForms(terms: ReadonlySet<string>, forms: ShortForms): ReadonlySet<string> {
  if (forms.size === 0) return terms;
  const all = new Set(terms);
  for (const [short, words] of forms) {
    if (terms.has(short)) words.forEach((word) => all.add(word));
    else if (words.every((word) => terms.has(word))) all.add(short);
  }
  return all;
}
