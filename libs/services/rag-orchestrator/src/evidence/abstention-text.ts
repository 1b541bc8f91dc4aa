/** The answer when the sources do not say it: no references, but what was searched. */
export function abstentionText(searched: readonly { readonly name: string }[], found: number): string {
  const names = searched.map(({ name }) => `“${name}”`);
  if (names.length === 0) return 'Your sources do not answer this question: there is no collection that you may read. An administrator can give you access or add documents.';
  const where = names.length === 1 ? `the collection ${names[0] ?? ''}` : `${String(names.length)} collections: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' and others' : ''}`;
  const what = found === 0 ? 'No passage matches it.' : 'Some passages share words with it, but none speaks clearly enough of what is asked.';
  return `Your sources do not answer this question. ${what} Searched: ${where}. Try other words, or ask an administrator to add the document that should answer it.`;
}
