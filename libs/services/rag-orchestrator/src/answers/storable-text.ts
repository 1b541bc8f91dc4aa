const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Postgres keeps neither NUL nor halves of characters; people paste both. */
export function withoutUnstorable(text: string): string {
  return text.replaceAll('\u0000', '').replace(loneSurrogates, '\ufffd');
}

const longestTitle = 80;

/** A conversation is called after its first question, cut at a word. */
export function titleFrom(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  if (line.length <= longestTitle) return line;
  const cut = line.slice(0, longestTitle);
  const space = cut.lastIndexOf(' ');
  return `${(space > longestTitle / 2 ? cut.slice(0, space) : cut).replace(loneSurrogates, '')}…`;
}
