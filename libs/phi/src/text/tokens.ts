/** How the letters of a word stand: Title, UPPER, one Initial, or lower. */
export type Capitals = 'title' | 'upper' | 'initial' | 'lower';

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly type: 'word' | 'number' | 'mark' | 'line';
  readonly capitals: Capitals;
}

const pattern = /[\p{L}\p{M}]+(?:['’‐‑-](?=\p{L})[\p{L}\p{M}]+)*|\d+(?:[.,/:]\d+)*|\n[ \t]*|--+|—|–|[^\s\p{L}\d]/gu;

function capitalsOf(word: string): Capitals {
  const first = word[0] ?? '';
  if (first === first.toLowerCase() && first !== first.toUpperCase()) {
    // d'Angelo, al-Hassan: small in front, a capital behind the mark
    return /^(?:d|l|al|el|o|de|da|di|ben|ibn|ap|mc|mac)['’-]?\p{Lu}/u.test(word) ? 'title' : 'lower';
  }
  if (first === first.toUpperCase() && first === first.toLowerCase()) return 'lower';
  if (word.length === 1) return 'initial';
  return word === word.toUpperCase() ? 'upper' : 'title';
}

/** Cuts a text into words, numbers, marks and line ends; a possessive 's is a token of its own. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const code = found.charCodeAt(0);
    if (code === 10) tokens.push({ start: index, end: index + found.length, text: '\n', type: 'line', capitals: 'lower' });
    else if (code >= 48 && code <= 57) tokens.push({ start: index, end: index + found.length, text: found, type: 'number', capitals: 'lower' });
    else if (!/\p{L}/u.test(found)) tokens.push({ start: index, end: index + found.length, text: found, type: 'mark', capitals: 'lower' });
    else pushWord(tokens, found, index);
  }
  return tokens;
}

function pushWord(tokens: Token[], found: string, start: number): void {
  const possessive = /['’][sS]$/.exec(found);
  const word = possessive ? found.slice(0, -2) : found;
  tokens.push({ start, end: start + word.length, text: word, type: 'word', capitals: capitalsOf(word) });
  if (possessive) tokens.push({ start: start + word.length, end: start + found.length, text: "'s", type: 'mark', capitals: 'lower' });
}
