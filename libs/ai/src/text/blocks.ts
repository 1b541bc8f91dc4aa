/** A run of lines that belong together on the page. */
export interface Block {
  readonly kind: 'text' | 'item' | 'heading' | 'figures';
  readonly text: string;
}

const bullet = /^(?:[•●○◦▪■□❑❒✓✔◆➢‣·*]|[-–—](?=\s)|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)](?=\s+\p{L}))\s*/u;
const furniture = /^(?:\d{1,4}|page \d+(?: of \d+)?|.{0,40}version \d[\d.]* - \w+ \d{4}|doi:? ?10\.\S+|©.*|.{0,40}https?:\/\/\S+|.{0,120}\bpage \d+ of \d+)$/i;
const longestHeading = 90;

const endsSentence = (line: string) => /[.!?:;。！？؟]["'”’)\]]*$/u.test(line);
const fold = (line: string) => line.replace(/\s+/g, ' ').trim();

/** A line made of numbers: axis labels, table cells. */
function isFigures(line: string): boolean {
  const words = line.split(' ');
  const numbers = words.filter((word) => /^[\d.,%±<>=()–-]+$/.test(word)).length;
  return numbers > 0 && numbers * 2 > words.length;
}

function looksLikeTitle(line: string): boolean {
  if (line.length > longestHeading || /[.!?;,]$/.test(line) || !/^["“(]?[\p{Lu}\p{N}]/u.test(line)) return false;
  const long = line.split(' ').filter((word) => /^\p{L}{4,}/u.test(word));
  if (long.length === 0) return false;
  const capital = long.filter((word) => /^\p{Lu}/u.test(word)).length;
  return capital * 10 >= long.length * 7 && !/:$/.test(line);
}

/** Nothing of the line is left open before it and nothing runs on after it. */
function standsAlone(lines: readonly string[], index: number): boolean {
  const before = lines[index - 1] ?? '';
  const after = lines[index + 1] ?? '';
  const opened = before === '' || endsSentence(before) || looksLikeTitle(before) || isFigures(before) || furniture.test(before);
  return opened && after !== '' && !/^[\p{Ll}\d,;)]/u.test(after);
}

/** A few words on a line that had room for more, in sentence case: `Anthelmintic activity`. */
function endsShort(lines: readonly string[], line: string): boolean {
  const widest = Math.max(...lines.map((other) => other.length));
  return line.length < widest * 0.6 && line.split(' ').length <= 7 && /^[\p{Lu}\d]/u.test(line) && !/[.!?:;,]["'”’)\]]*$/.test(line);
}

const sameWords = (one: string, other: string) => one.toLowerCase().replace(/\W+/g, '') === other.toLowerCase().replace(/\W+/g, '');

function isHeading(lines: readonly string[], index: number, heading: string | null): boolean {
  const line = lines[index] ?? '';
  if (/^#{1,6}\s/.test(line)) return true;
  if (heading !== null && sameWords(line, heading)) return true;
  return (looksLikeTitle(line) || endsShort(lines, line)) && standsAlone(lines, index);
}

const unmarked = (line: string) => line.replace(/^#{1,6}\s+/, '').replace(/^>\s?/, '').replace(/^\|.*\|$/, '');

/** Joins a line to what stands before it; a word broken at a hyphen closes up. */
const joined = (text: string, line: string) => (/\p{L}[-‐]$/u.test(text) ? text + line : `${text} ${line}`);

interface Reading {
  readonly blocks: Block[];
  open: { kind: 'text' | 'item'; text: string } | null;
}

function close(reading: Reading): void {
  if (reading.open !== null && reading.open.text !== '') reading.blocks.push(reading.open);
  reading.open = null;
}

function readLine(reading: Reading, lines: readonly string[], { index, heading }: { index: number; heading: string | null }): void {
  const line = unmarked(lines[index] ?? '');
  // what looks like a page number may be a dose: nothing is joined over a line that is left out
  if (line === '' || furniture.test(line)) return close(reading);
  if (isFigures(line) || isHeading(lines, index, heading)) {
    close(reading);
    reading.blocks.push({ kind: isFigures(line) ? 'figures' : 'heading', text: line });
    return;
  }
  const mark = bullet.exec(line)?.[0];
  if (mark !== undefined && mark.length < line.length) {
    close(reading);
    reading.open = { kind: 'item', text: line.slice(mark.length) };
  } else if (reading.open === null) reading.open = { kind: 'text', text: line };
  else reading.open.text = joined(reading.open.text, line);
}

/** Reads a passage line by line into paragraphs, list items, headings and rows of figures. */
export function readBlocks(passage: string, heading: string | null): Block[] {
  const lines = passage.split(/\r?\n/).map(fold);
  const reading: Reading = { blocks: [], open: null };
  for (let index = 0; index < lines.length; index += 1) readLine(reading, lines, { index, heading });
  close(reading);
  return reading.blocks;
}
