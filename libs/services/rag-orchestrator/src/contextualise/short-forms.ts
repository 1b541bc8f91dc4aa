import { shortFormsOf, termsOf } from '@voiceassist/ai';

/**
 * The query with the short forms that the passages found so far define for its words: who asks for `chronic kidney disease`
 * also wants the passages that only say `CKD`. Null when there is nothing to add.
 */
export function withDefinedShortForms(query: string, passages: readonly { readonly text: string }[]): string | null {
  const asked = new Set(termsOf(query));
  const forms = [...shortFormsOf(passages.map(({ text }) => text))];
  const missing = forms.filter(([short, terms]) => !asked.has(short) && terms.every((term) => asked.has(term))).map(([short]) => short);
  return missing.length === 0 ? null : `${query} ${missing.join(' ')}`;
}
