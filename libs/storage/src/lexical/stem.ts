import { createRequire } from 'node:module';

// The package has no types and is CommonJS: its one export is a function from word to stem.
const porter2 = createRequire(import.meta.url)('wink-porter2-stemmer') as (word: string) => string;

const remembered = new Map<string, string>();
const rememberedAtMost = 50_000;

/** The Porter2 stem of an English word; anything with another letter or a digit in it stays as it is. */
export function stem(token: string): string {
  if (!/^[a-z]{3,}$/u.test(token)) return token;
  const known = remembered.get(token);
  if (known !== undefined) return known;
  const stemmed = porter2(token);
  if (remembered.size >= rememberedAtMost) remembered.clear();
  remembered.set(token, stemmed);
  return stemmed;
}
