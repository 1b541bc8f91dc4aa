import { fold } from './fold.js';

/** How the letters of a word stand: Title, UPPER, one Initial, or lower. */
export type Capitals = 'title' | 'upper' | 'initial' | 'lower';

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Small letters without accents, as dictionaries have it; the text itself for what is no word. */
  readonly folded: string;
  readonly type: 'word' | 'number' | 'mark' | 'line';
  readonly capitals: Capitals;
}

const [tab, lineEnd, blank, apostrophe, hyphen, curly, hyphen2010, hyphen2011] = [9, 10, 32, 39, 45, 0x2019, 0x2010, 0x2011];

/** Letters of the alphabets that have capitals, and their accents; spelt out, for this is asked of every character. */
function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba;
  return (code < 0x2000 && code !== 0xd7 && code !== 0xf7 && code !== 0x375 && code !== 0x37e) || (code >= 0x2c00 && code <= 0xd7ff && code > 0x303f) || (code >= 0xf900 && code <= 0xfdcf);
}
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSpace = (code: number): boolean => code === blank || (code >= tab && code <= 13) || code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200b) || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0xfeff;
const joinsWord = (code: number): boolean => code === apostrophe || code === hyphen || code === curly || code === hyphen2010 || code === hyphen2011;
/** . , / : within a number. */
const joinsNumber = (code: number): boolean => code === 46 || code === 44 || code === 47 || code === 58;

/** The end of a word, as a negative number when all its letters are small and plain. */
function endOfWord(text: string, start: number): number {
  let at = start;
  let isPlain = true;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code >= 97 && code <= 122) at += 1;
    else if (isLetter(code)) {
      isPlain = false;
      at += 1;
    } else if (joinsWord(code) && at > start && isLetter(text.charCodeAt(at + 1))) {
      isPlain &&= code === apostrophe || code === hyphen;
      at += 1;
    } else return isPlain ? -at : at;
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) at += 1;
    else if (joinsNumber(code) && isDigit(text.charCodeAt(at + 1))) at += 2;
    else return at;
  }
}

function capitalsOf(word: string): Capitals {
  const code = word.charCodeAt(0);
  if (code >= 97 && code <= 122) return word.length > 2 && /^(?:d|l|al|el|o|de|da|di|ben|ibn|ap|mc|mac)['’-]\p{Lu}/u.test(word) ? 'title' : 'lower';
  const first = word[0] ?? '';
  // scripts without capitals say nothing by them
  if (code > 127 && first === first.toLowerCase()) return 'lower';
  if (word.length === 1) return 'initial';
  const second = word.charCodeAt(1);
  return !(second >= 97 && second <= 122) && word === word.toUpperCase() ? 'upper' : 'title';
}

/** Cuts a text into words, numbers, marks and line ends; a possessive 's is a token of its own. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      const reached = endOfWord(text, at);
      const end = Math.abs(reached);
      pushWord(tokens, text.slice(at, end), { start: at, isPlain: reached < 0 });
      at = end;
    } else if (isDigit(code)) {
      const end = endOfNumber(text, at);
      pushPlain(tokens, text.slice(at, end), { start: at, type: 'number' });
      at = end;
    } else if (code === lineEnd) {
      pushPlain(tokens, '\n', { start: at, type: 'line' });
      at += 1;
    } else if (isSpace(code)) at += 1;
    else {
      let end = at + 1;
      while (code === hyphen && text.charCodeAt(end) === hyphen) end += 1;
      pushPlain(tokens, text.slice(at, end), { start: at, type: 'mark' });
      at = end;
    }
  }
  return tokens;
}

function pushWord(tokens: Token[], found: string, { start, isPlain }: { start: number; isPlain: boolean }): void {
  const length = found.length;
  const last = found.charCodeAt(length - 1);
  const mark = length > 2 && (last === 115 || last === 83) ? found.charCodeAt(length - 2) : 0;
  const possessive = mark === apostrophe || mark === curly;
  const word = possessive ? found.slice(0, -2) : found;
  const capitals = isPlain ? 'lower' : capitalsOf(word);
  tokens.push({ start, end: start + word.length, text: word, folded: isPlain ? word : fold(word), type: 'word', capitals });
  if (possessive) tokens.push({ start: start + word.length, end: start + length, text: "'s", folded: "'s", type: 'mark', capitals: 'lower' });
}

function pushPlain(tokens: Token[], text: string, { start, type }: Pick<Token, 'start' | 'type'>): void {
  tokens.push({ start, end: start + text.length, text, folded: text, type, capitals: 'lower' });
}
