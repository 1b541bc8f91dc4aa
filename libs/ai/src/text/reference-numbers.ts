const references = /\s?[[【［](?:\s*\d{1,3}\s*(?:[,;–-]\s*\d{1,3}\s*)*)[\]】］]/g;

/** A text without its own bracketed reference numbers: `effect [1, 2].` would read as our citations, and they point nowhere here. */
export function withoutReferenceNumbers(text: string): string {
  return text.replace(references, '');
}
